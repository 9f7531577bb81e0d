"""The screening log: everyone who was looked at for the trial, what became of them, and who would enter by another rule."""

from collections.abc import Callable, Sequence

import streamlit as st

import db
from bedside import today
from components import words
from components.screening import flow_chart, log_notes, log_table
from components.words import _
from db import screening_log, sites
from menu import page
from trial.errors import sentence
from trial.flow import flow
from trial.owed import owed
from trial.what_if import what_if

user = page("screening_log")
VIEWS = {"log": sentence("Log"), "flow": sentence("Flow chart"), "what_if": sentence("What if"),
         "consents": sentence("Consents owed")}
OF_THE_DESK = ("pi", "monitor")  # who may ask what another rule would have done


def choose(name: str, codes: Sequence[str], say: Callable[[str], str], label: str) -> str:
    """A choice that stands in the address by its code; the first one is that of an address without it."""
    key, asked = f"log_{name}", st.query_params.get(name, "")
    st.session_state[key] = asked if asked in codes else codes[0]
    return str(st.segmented_control(label, codes, format_func=say, key=key, required=True, on_change=remember, args=(name,)))


def remember(name: str) -> None:
    st.query_params[name] = st.session_state[f"log_{name}"]


def choose_site() -> str:
    """Empty: every site that this person sees."""
    with db.look() as ward:
        codes = [one.code for one in sites.sites(ward) if user.site in ("", one.code)]
    return choose("site", ["", *codes], lambda code: code or _("every site"), _("Site")) if len(codes) > 1 else ""


def draw_log(site: str) -> None:
    decisions = {"": log_table.ALL, **log_table.DECISIONS}
    with choices:
        decision = choose("decision", list(decisions), lambda code: _(decisions[code]), _("Decision"))
    with db.look() as ward:
        log = screening_log.log(ward, sees=user, site=site)
    if log.empty:
        nobody()
        return
    log = log[log["decision"] == decision] if decision else log
    if log.empty:
        st.info(_("No attempt with this decision."))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(_("Attempts: **{attempts}** · patients: **{patients}**", attempts=words.number(len(log), 0),
                      patients=words.number(log["number"].nunique(), 0)), width="content")
        st.download_button(_("Export as CSV"), lambda: log_table.as_csv(log, user.language), mime="text/csv", on_click="ignore",
                           file_name=log_table.file_name(site, decision, today()), icon=":material/download:")
        shown = how_many(len(log))
    st.html(log_table.draw(log.head(shown)))
    st.caption(_("One row an attempt. The scores are those frozen at the decision. Pseudonymised, but with the names of "
                 "those who decided: for the trial team alone."))


def how_many(count: int) -> int:
    least = log_table.AT_ONCE
    if count <= least:
        return count
    labels = {least: _("The {count} newest attempts", count=least),
              count: _("All attempts ({count})", count=words.number(count, 0))}
    return st.segmented_control(_("Attempts shown"), list(labels), default=least, format_func=labels.get, required=True,
                                key="log_how_many", label_visibility="collapsed")


def draw_flow(site: str) -> None:
    with db.look() as ward:
        log = screening_log.log(ward, sees=user, site=site)
        dosed = screening_log.dosed(ward, sees=user, site=site)
    if log.empty:
        nobody()
        return
    st.html(flow_chart.draw(flow(log, dosed)))
    st.caption(_("A patient counts once, under the newest attempt. A patient may have several reasons, so that the reasons "
                 "may add up to more than the patients."))


def draw_what_if(site: str) -> None:
    with db.look() as ward:
        records = screening_log.records(ward, sees=user, site=site)
    if not records:
        st.info(_("No screening was decided yet."))
        return
    found = what_if(records)
    st.markdown(_("The record of each patient’s newest decision ({count}), judged anew under one changed rule at a time.",
                  count=words.number(len(records), 0)))
    st.html(log_notes.what_if(found))
    for remark in log_notes.remarks(found):
        st.warning(remark)
    st.caption(_("Descriptive: it changes no rule and no decision. A criterion that nobody answered or measured, because "
                 "another one had excluded the patient already, stays unknown."))


def draw_consents(site: str) -> None:
    with db.look() as ward:
        found = owed(screening_log.owed_consents(ward, sees=user, site=site), today())
    if not found:
        st.success(_("No consent is owed: every emergency inclusion has one on file."))
        return
    st.markdown(_("Included in an emergency, the consent to continue not on file: **{count}**, of whom to be asked: **{asked}**.",
                  count=len(found), asked=sum(one.can_be_asked for one in found)))
    st.html(log_notes.owed(found))


def nobody() -> None:
    st.info(_("Nobody was screened yet."))


DRAW = {"log": draw_log, "flow": draw_flow, "what_if": draw_what_if, "consents": draw_consents}
theirs = [view for view in VIEWS if view != "what_if" or user.role in OF_THE_DESK]
choices = st.container(horizontal=True)
with choices:
    view = choose("view", theirs, lambda code: _(VIEWS[code]), _("View"))
    site = choose_site()
DRAW[view](site)

"""Load a file of results: what was understood first, then the store. And what was loaded before."""

import hashlib

import pandas as pd
import streamlit as st

import db
from bedside import attempt, form_token
from components import words
from components.words import _
from db import load, sites
from db.may import may
from menu import page
from trial.errors import TrialError
from trial.labfile import Parsed, Refused, read_file

user = page("data")
SHOWN = 200


def choose_file() -> None:
    with db.look() as ward:
        places = [site.code for site in sites.sites(ward) if user.site in ("", site.code)]
    st.markdown(_("A CSV file with one row a result (patient, collected_at, test, result, unit) or one row a day. "
                  "The patient is the study number."))
    uploaded = st.file_uploader(_("File"), key=f"file_{form_token('load')}")
    if uploaded is None:
        return
    content = uploaded.getvalue()
    try:
        parsed = read_file(content, uploaded.name)
    except TrialError as error:
        st.error(words.say(error), icon=":material/error:")
        return
    site = st.selectbox(_("Site"), places, key="load_site") if places else None
    if site is None:
        st.warning(_("No site yet. The administrator opens one on the page “People”."))
        return
    preview(parsed, uploaded.name, site)
    if st.button(_("Store what was understood"), type="primary", icon=":material/save:"):
        with attempt() as ward:
            report = load.load(ward, parsed, name=uploaded.name, sha256=hashlib.sha256(content).hexdigest(), site=site,
                               by=user, token=form_token("load"))
        form_token("load", renew=True)
        st.session_state["loaded"] = _("{accepted} of {read} results stored, {refused} refused, {unknown} of unknown tests.",
                                       accepted=report.accepted, read=report.read, refused=report.refused,
                                       unknown=report.unknown)
        st.rerun()


def preview(parsed: Parsed, name: str, site: str) -> None:
    with db.look() as ward:
        against = load.sort(ward, parsed, anchor=None, site=site, by=user)
    report = load.report_of(parsed, against, name=name)
    with st.container(horizontal=True):
        for title, count in ((_("Results read"), report.read), (_("Would be stored"), report.accepted),
                             (_("Results refused"), report.refused), (_("Unknown tests"), report.unknown)):
            st.metric(title, words.number(count, 0), border=True)
    st.markdown(f"##### {_('The first rows')}")
    st.dataframe(pd.DataFrame(parsed.first, columns=list(parsed.header)), hide_index=True, width="stretch")
    if report.reasons:
        st.markdown(f"##### {_('Refused, and why')}")
        refused_table([*against.refused, *parsed.unknown])


def refused_table(refused: list[Refused]) -> None:
    st.dataframe(
        pd.DataFrame([{_("Line"): each.line, _("Text"): each.text, _("Why"): words.say(each.error)} for each in refused[:SHOWN]]),
        hide_index=True, width="stretch")
    if len(refused) > SHOWN:
        st.markdown(_("The first {shown} of {count}; all are kept with the load.", shown=SHOWN, count=len(refused)))


def earlier_loads() -> None:
    with db.look() as ward:
        loads = load.loads(ward)
    if loads.empty:
        st.info(_("Nothing was loaded yet."))
        return
    titles = {"file": _("File"), "read": _("Results read"), "accepted": _("Stored"), "refused": _("Results refused"),
              "unknown": _("Unknown tests"), "by": _("By"), "at": _("At")}
    picked = st.dataframe(loads[list(titles)].rename(columns=titles), hide_index=True, width="stretch", on_select="rerun",
                          selection_mode="single-row", key="loads")
    for row in picked["selection"]["rows"]:
        with db.look() as ward:
            refused_table(load.refused_rows(ward, int(loads.iloc[row]["entry"])))


if done := st.session_state.pop("loaded", None):
    st.success(done)
if may(user.role, "load"):
    st.markdown(f"#### {_('Load a file')}")
    choose_file()
st.markdown(f"#### {_('Loaded before')}")
earlier_loads()

"""Accounts and sites: who may sign in, as what."""

import pandas as pd
import streamlit as st

import db
from bedside import attempt, form_token
from components import words
from components.words import _
from db import people, sites
from db.may import ROLES, may
from menu import page

user = page("people")

with db.look() as ward:
    accounts = people.accounts(ward)
    places = sites.sites(ward)

st.markdown(f"#### {_('Accounts')}")
st.dataframe(
    pd.DataFrame([{_("Login"): one.login, _("Name"): one.name, _("Role"): words.coded("role", one.role),
                   _("Site"): one.site or _("every site"), _("Active"): _("yes") if one.active else _("no")}
                  for one in accounts]),
    hide_index=True, width="stretch")


def new_account() -> None:
    with st.form(f"account_{form_token('account')}", border=False):
        with st.grid("auto", min_column_width=220):
            name = st.text_input(_("Name"), autocomplete="off")
            login = st.text_input(_("Login"), autocomplete="off")
            role = st.selectbox(_("Role"), ROLES, format_func=lambda role: words.coded("role", role))
            site = st.selectbox(_("Site"), ["", *(place.code for place in places)],
                                format_func=lambda code: code or _("every site"))
            password = st.text_input(_("First password ({least} characters at least)", least=people.PASSWORD_LENGTH),
                                     type="password")
        if not st.form_submit_button(_("Create the account"), type="primary"):
            return
    with attempt() as ward:
        people.create_account(ward, login=login.strip(), name=name.strip(), role=role, site=site, password=password, by=user,
                              token=form_token("account"))
    form_token("account", renew=True)
    st.toast(_("Account {login} created", login=login.strip()), icon=":material/check:")
    st.rerun()


def change_account() -> None:
    chosen = st.selectbox(_("Account"), accounts, format_func=lambda one: f"{one.name} ({one.login})", index=None,
                          placeholder=_("Choose an account"))
    if chosen is None:
        return
    role = st.selectbox(_("Role"), ROLES, index=ROLES.index(chosen.role),
                        format_func=lambda role: words.coded("role", role), key=f"role_{chosen.login}")
    active = st.segmented_control(_("Active"), [True, False], default=bool(chosen.active),
                                  format_func=lambda is_so: _("yes") if is_so else _("no"), required=True,
                                  key=f"active_{chosen.login}")
    password = st.text_input(_("New password (empty: unchanged)"), type="password", key=f"password_{chosen.login}")
    if st.button(_("Save"), type="primary", icon=":material/save:"):
        with attempt() as ward:
            people.change_account(ward, chosen.login, role=role, active=bool(active), password=password or None, by=user)
        st.toast(_("Account {login} changed", login=chosen.login), icon=":material/check:")
        st.rerun()


def new_site() -> None:
    with st.form(f"site_{form_token('site')}", border=False):
        with st.grid("auto", min_column_width=220):
            code = st.text_input(_("Site number (three digits)"), max_chars=3)
            name = st.text_input(_("Hospital"))
            zone = st.text_input(_("Time zone"), value="Europe/Paris")
            salt = st.selectbox(_("Norepinephrine is labelled as"), ["base", "tartrate"],
                                format_func=lambda one: words.coded("salt", one))
        if not st.form_submit_button(_("Open the site"), type="primary"):
            return
    with attempt() as ward:
        sites.open_site(ward, code=code.strip(), name=name.strip(), time_zone=zone.strip(), norepinephrine_salt=salt, by=user,
                        token=form_token("site"))
    form_token("site", renew=True)
    st.rerun()


if may(user.role, "create_account"):
    with st.expander(_("New account"), icon=":material/person_add:"):
        new_account()
    with st.expander(_("Change an account"), icon=":material/manage_accounts:"):
        change_account()
    st.markdown(f"#### {_('Sites')}")
    st.dataframe(
        pd.DataFrame([{_("Site"): one.code, _("Hospital"): one.name, _("Time zone"): one.time_zone,
                       _("Norepinephrine is labelled as"): words.coded("salt", one.norepinephrine_salt)} for one in places]),
        hide_index=True, width="stretch")
    with st.expander(_("Open a site"), icon=":material/add_location:", expanded=not places):
        new_site()

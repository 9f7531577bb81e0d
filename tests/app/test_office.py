"""The pages of the desk: the protocol's open choices, accounts and sites, loaded files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1.element_tree import TextInput

import db
from db import people, sites
from tests.app.conftest import PASSWORD, Tab, plain, said
from tests.db import cast
from trial import eligibility, protocol


def test_the_protocol_page_lists_every_open_choice_with_its_record(tab: Callable[..., Tab]) -> None:
    page = tab("ada", "protocol")
    for choice in protocol.OPEN_CHOICES:
        assert " ".join(choice.question("fr").split()) in page.text, choice.key
        assert choice.record in page.text


def test_the_protocol_page_has_the_registry_s_words_and_criteria(tab: Callable[..., Tab]) -> None:
    text = tab("lea", "protocol").text
    for one in eligibility.CRITERIA:
        assert " ".join(plain(one.text("fr")).split()) in text
    for said_so in protocol.REGISTRY:
        assert said_so.words in text


@pytest.fixture
def office(tab: Callable[..., Tab]) -> Callable[..., Tab]:
    return lambda login="ada": tab(login, "people")


def box(page: Tab, label: str) -> TextInput:
    return next(box for box in page.app.text_input if box.label == said(label))


def password_box(page: Tab) -> TextInput:
    return next(box for box in page.app.text_input if box.proto.type == box.proto.PASSWORD)


def new_account(page: Tab, login: str, password: str) -> Tab:
    box(page, "Name").set_value("Noé")
    box(page, "Login").set_value(login)
    password_box(page).set_value(password)
    return page.press("Create the account")


def test_an_administrator_creates_an_account_that_can_sign_in(office: Callable[..., Tab]) -> None:
    page = new_account(office(), "noe", "a-long-first-password")
    assert "noe" in page.app.dataframe[0].value.to_numpy()
    with db.begin() as ward:
        person = people.check_password(ward, "noe", "a-long-first-password", address="127.0.0.1")
    assert person
    assert (person.name, person.role) == ("Noé", "nurse")


def test_a_login_is_taken_once(office: Callable[..., Tab]) -> None:
    assert new_account(office(), "lea", PASSWORD).says("{login} has an account already. Take another login.", login="lea")


def test_a_short_password_is_refused_with_the_length_that_is_asked(office: Callable[..., Tab]) -> None:
    page = office()
    assert str(people.PASSWORD_LENGTH) in password_box(page).label
    new_account(page, "noe", "x" * (people.PASSWORD_LENGTH - 1))
    assert len(page.app.error) == 1
    with db.look() as ward:
        assert "noe" not in people.names(ward)


def test_an_account_that_is_closed_signs_in_no_more(office: Callable[..., Tab]) -> None:
    page = office()
    chosen = next(box for box in page.app.selectbox if box.label == said("Account"))
    chosen.set_value(next(option for option in _accounts() if option.login == "lea"))
    page.again()
    page.app.segmented_control(key="active_lea").set_value(False)
    page.again().press("Save")
    with db.begin() as ward:
        assert people.check_password(ward, "lea", PASSWORD, address="127.0.0.1") is None


def test_the_principal_investigator_reads_the_accounts_and_changes_none(office: Callable[..., Tab]) -> None:
    page = office("anne")
    assert len(page.app.dataframe[0].value) == 6
    assert not page.app.button
    assert not page.app.expander


def test_a_site_is_opened_with_its_salt(office: Callable[..., Tab]) -> None:
    page = office()
    box(page, "Site number (three digits)").set_value("003")
    box(page, "Hospital").set_value("Hôpital C")
    next(box for box in page.app.selectbox if box.label == said("Norepinephrine is labelled as")).set_value("tartrate")
    page.press("Open the site")
    with db.look() as ward:
        assert {one.code: one.norepinephrine_salt for one in sites.sites(ward)}["003"] == "tartrate"


def test_nothing_loaded_yet_is_said(tab: Callable[..., Tab]) -> None:
    assert tab("paul", "data").says("Nothing was loaded yet.")


def test_a_monitor_cannot_load_a_file(tab: Callable[..., Tab]) -> None:
    assert not tab("paul", "data").app.file_uploader
    assert tab("karim", "data").app.file_uploader


def test_a_file_is_previewed_then_stored(tab: Callable[..., Tab]) -> None:
    cast.included()
    karim = tab("karim", "data")
    day = cast.days_ago(1)
    lines = ["patient,collected_at,test,result,unit", f"001-0001,{day} 08:00,platelets,42,G/L", f"001-0001,{day} 08:00,nonsense,1,"]
    karim.app.file_uploader[0].set_value(("lab.csv", "\n".join(lines).encode(), "text/csv"))
    karim.again()
    assert {metric.label: metric.value for metric in karim.app.metric}[said("Would be stored")] == "1"
    karim.press("Store what was understood")
    assert len(karim.app.success) == 1
    assert not karim.says("Nothing was loaded yet.")


def _accounts() -> list[people.Account]:
    with db.look() as ward:
        return people.accounts(ward)


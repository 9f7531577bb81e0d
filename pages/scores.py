"""Each score without a patient: its boxes, its table with the reached cells lit, its paper. Nothing is stored."""

from datetime import date

import streamlit as st

from components import boxes, hlh_scores, score_table, sofa_line
from components.words import _
from menu import page
from scoring import hlh2004, hscore, sofa
from trial.known import NO_READINGS, with_sheet
from trial.screening import Screened, screened
from trial.sheet import Sheet
from trial.variables import VARIABLES

user = page("scores")
TABLES = {"sofa": sofa.SI, "hscore": hscore.TABLE, "hlh2004": hlh2004.SI}
TITLES = {"sofa": "SOFA", "hscore": "HScore", "hlh2004": "HLH-2004"}
CITATIONS = {"sofa": sofa.CITATION, "hscore": hscore.CITATION, "hlh2004": hlh2004.CITATION}
ANY_DAY = date(2000, 1, 1)


def inputs(code: str) -> list[str]:
    """In rounds order."""
    asked = {variable for item in TABLES[code].values() for variable in item.variables}
    return [variable for variable in VARIABLES if variable in asked]


def values(code: str) -> Screened:
    """What the boxes of this score come to."""
    held = st.session_state.get(f"sheet:{code}")
    sheet = boxes.reconcile(f"scores_{code}", held, held or Sheet.opened({}))
    sheet = boxes.draw_boxes(f"scores_{code}", inputs(code), sheet, before={},
                             understood=sheet.understood(user.language, {}))
    st.session_state[f"sheet:{code}"] = sheet
    return screened(with_sheet(NO_READINGS, ANY_DAY, sheet.understood(user.language, {}).readings), ANY_DAY)


@st.fragment
def calculator() -> None:
    code = st.segmented_control(_("Score"), list(TABLES), default="sofa", format_func=TITLES.get, key="score", required=True)
    found = values(code)
    if code == "sofa":
        st.html(sofa_line.line(found.sofa, None))
        st.html(score_table.score_table(sofa.SI, sofa_line.ORGAN_WORDS, found.sofa))
    elif code == "hscore":
        st.html(hlh_scores.hscore_table(found.hscore))
        st.html(score_table.score_table(hscore.TABLE, hlh_scores.HSCORE_WORDS, found.hscore))
    else:
        st.html(hlh_scores.hlh2004_table(found.hlh2004))
    st.markdown(f":gray[:material/menu_book: {CITATIONS[code]}]")
    st.markdown(f":gray[{_('Nothing typed here is stored. Not for treatment decisions.')}]")


calculator()

"""Each score without a patient: its boxes, its table with the reached cells lit, its paper. Nothing is stored."""

from datetime import date

import pandas as pd
import streamlit as st

from components import boxes, hlh_scores, score_table, sofa_line
from components.words import _
from menu import page
from scoring import hlh2004, hscore
from scoring import sofa as sofa_1996
from trial import sofa
from trial.days import by_day
from trial.known import NO_READINGS, with_sheet
from trial.sheet import Sheet
from trial.variables import VARIABLES

user = page("scores")
TABLES = {"sofa": sofa_1996.SI, "hscore": hscore.TABLE, "hlh2004": hlh2004.SI}
TITLES = {"sofa": "SOFA", "hscore": "HScore", "hlh2004": "HLH-2004"}
CITATIONS = {"sofa": sofa_1996.CITATION, "hscore": hscore.CITATION, "hlh2004": hlh2004.CITATION}
ANY_DAY = date(2000, 1, 1)


def inputs(code: str) -> list[str]:
    """In rounds order."""
    asked = {variable for item in TABLES[code].values() for variable in item.variables}
    return [variable for variable in VARIABLES if variable in asked]


def values(code: str) -> pd.DataFrame:
    """One row, of what stands in the boxes."""
    sheet = st.session_state.setdefault(f"sheet:{code}", Sheet.opened({}))
    sheet = boxes.draw_boxes(f"scores_{code}", inputs(code), sheet, before={},
                             understood=sheet.understood(user.language, {}))
    st.session_state[f"sheet:{code}"] = sheet
    typed = sheet.understood(user.language, {}).readings
    day = by_day(with_sheet(NO_READINGS, ANY_DAY, typed)) if typed else pd.DataFrame()
    return day if len(day) else pd.DataFrame(index=pd.Index([ANY_DAY]))


@st.fragment
def calculator() -> None:
    code = st.segmented_control(_("Score"), list(TABLES), default="sofa", format_func=TITLES.get, key="score", required=True)
    day = values(code)
    if code == "sofa":
        scored = sofa.score(day).iloc[0]
        st.html(sofa_line.line(scored, None))
        st.html(score_table.score_table(sofa_1996.SI, sofa_line.ORGAN_WORDS, scored))
    elif code == "hscore":
        scored = hscore.score(day).iloc[0]
        st.html(hlh_scores.hscore_table(scored))
        st.html(score_table.score_table(hscore.TABLE, hlh_scores.HSCORE_WORDS, scored))
    else:
        st.html(hlh_scores.hlh2004_table(hlh2004.score(day).iloc[0]))
    st.markdown(f":gray[:material/menu_book: {CITATIONS[code]}]")
    st.markdown(f":gray[{_('Nothing typed here is stored. Not for treatment decisions.')}]")


calculator()

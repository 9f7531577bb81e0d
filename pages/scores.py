"""Each score without a patient: its boxes, its table with the reached cells lit, why, and its passport. Nothing is stored."""

import streamlit as st

from components import boxes, ctcae_grades, passport, reckonings, score_result, score_table, score_words, why
from components.words import _
from menu import page
from scoring import notes, passports
from trial import scores
from trial.reading import Reading
from trial.sheet import Sheet
from trial.variables import CALCULATOR, VARIABLES

user = page("scores")


def choose_score() -> str:
    """The score of the address, else SOFA: a link leads to the same one in either language."""
    asked = st.query_params.get("score", "")
    st.session_state["score"] = asked if asked in score_words.TITLES else "sofa"
    return str(st.pills(_("Score"), list(score_words.TITLES), format_func=score_words.title, key="score", required=True,
                        on_change=remember_score))


def remember_score() -> None:
    """A tap on another score may come with the last keys of a box: they go into that box's sheet first."""
    st.query_params["score"] = st.session_state["score"]
    ctcae_grades.keep()
    for code in score_words.TITLES:
        if held := st.session_state.get(f"sheet:{code}"):
            st.session_state[f"sheet:{code}"] = boxes.reconcile(f"scores_{code}", held, held)


def typed(code: str, inputs: tuple[str, ...]) -> dict[str, Reading]:
    """What the boxes of this score hold, drawn in rounds order."""
    asked = [variable for variable in (*VARIABLES, *CALCULATOR) if variable in inputs]
    held = st.session_state.get(f"sheet:{code}")
    sheet = boxes.reconcile(f"scores_{code}", held, held or Sheet.opened({}))
    sheet = boxes.draw_plain(f"scores_{code}", asked, sheet, understood=sheet.understood(user.language, {}))
    st.session_state[f"sheet:{code}"] = sheet
    return dict(sheet.understood(user.language, {}).readings)


def draw_table_and_why(found: scores.Scored) -> None:
    code, items = found.score.code, found.score.items
    points, reached = found.points, found.reached

    def with_points(name: str) -> str:
        return score_words.item_with_points(code, name, points[name], reached[name])

    st.html(score_table.score_table(code, items, points, reached))
    item = st.segmented_control(_("Why?"), list(items), default=next(iter(items)), key=f"why_{code}", required=True,
                                format_func=with_points)
    st.html(why.draw(found.why(item), max(items[item].points)))


def draw_passport(code: str, citation: str, options: dict[str, object]) -> None:
    checks, tabled = passports.CHECKS[code], code in scores.SCORES
    checked = passports.run(scores.SCORES[code], checks) if tabled else passports.run_formula(code, checks)
    with st.expander(passport.summary(checked), icon=":material/verified:"):
        st.html(passport.draw(code, citation, options, checked, notes.NOTES[code]))


@st.fragment
def calculator() -> None:
    with st.bottom:
        answer = st.container()  # in every run: the bottom cannot begin in a run of the fragment alone
    code = choose_score()
    if code in scores.SCORES:
        score = scores.SCORES[code]
        found = scores.of_readings(code, typed(code, score.inputs))
        answer.html(score_result.draw(found))
        draw_table_and_why(found)
        draw_passport(code, score.citation, dict(score.rules.options))
    else:
        inputs = reckonings.INPUTS.get(code, ())
        made = reckonings.reckon(code, scores.exact_row(typed(code, inputs))) if inputs else ctcae_grades.draw()
        answer.html(made.answer or " ")
        draw_passport(code, made.citation, made.options)
    st.markdown(f":gray[{_('Another unit can be typed after the number (1.2 mg/dL).')} "
                f"{_('Nothing typed here is stored. Not for treatment decisions.')}]")


calculator()

"""The one picture is a valid figure that never shows what is not known as if it were."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest
from babel.numbers import format_decimal

from components import theme
from components.charts.dose_row import dose_names
from components.charts.lane_row import Event, Lane
from components.charts.one_picture import THRESHOLDS, Threshold, alt_text, one_picture
from scoring import hlh2004, hscore, sofa

VISITS = (1, 7, 14, 28)
NO_SCORES = pd.DataFrame(columns=[*theme.ORGANS, "total", "low", "high"], dtype="Int64")
NO_DAYS = pd.DataFrame()
NO_DOSES = pd.DataFrame(columns=["day", "slot", "state", "reason"])
FRENCH = {"D{day}": "J{day}", "today": "aujourd’hui", "no value yet": "aucune valeur", "given": "donnée",
          "late": "en retard", "held": "suspendue", "missed": "manquée", "vomited": "vomie"}  # fmt: skip


def english(text: str) -> str:
    return text


def french(text: str) -> str:
    return FRENCH.get(text, text)


def points(by_day: dict[int, dict[str, int | None]]) -> pd.DataFrame:
    organs = pd.DataFrame.from_dict(by_day, orient="index", columns=list(theme.ORGANS)).astype("Int64")
    low, high = organs.fillna(0).sum(axis=1).astype("Int64"), organs.fillna(4).sum(axis=1).astype("Int64")
    return organs.assign(low=low, high=high, total=low.where(low == high))


def organs(of_each: int, **other: int | None) -> dict[str, int | None]:
    return {**dict.fromkeys(theme.ORGANS, of_each), **other}


def picture(scores=NO_SCORES, days=NO_DAYS, doses=NO_DOSES, *, language="en", today=9, **more) -> dict:
    say: Callable[[str], str] = french if language == "fr" else english
    spec = one_picture(scores, days, doses, **{"visit_days": VISITS, "today": today, "language": language, "say": say} | more)
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)
    return spec


def trace(spec: dict, name: str) -> dict:
    return next(trace for trace in spec["data"] if trace["name"] == name)


def card(spec: dict, day: int) -> list[str]:
    cards = trace(spec, "card")
    return cards["hovertext"][cards["x"].index(day)].split("<br>")


def texts(spec: dict) -> list[str]:
    return [note["text"] for note in spec["layout"]["annotations"]]


def full_course() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    course = range(1, 29)
    days = pd.DataFrame(
        {"ferritin": [90_000 / day for day in course], "scd25": [20_000.0 - 600 * day for day in course],
         "fibrinogen": [1 + day / 10 for day in course], "platelets": [20.0 + 5 * day for day in course]}, index=course,
    )  # fmt: skip
    doses = pd.DataFrame([(day, slot, "given", "") for day in course for slot in ("morning", "evening")],
                         columns=["day", "slot", "state", "reason"])  # fmt: skip
    return points({day: organs(2) for day in course}), days, doses


def test_every_row_stands_on_one_axis_of_study_days():
    spec = picture(*full_course())
    assert {trace.get("xaxis", "x") for trace in spec["data"]} == {"x"}
    assert {trace["yaxis"] for trace in spec["data"]} == {"y", "y2", "y3", "y4", "y5", "y6", "y20"}
    assert spec["layout"]["xaxis"]["tickvals"] == list(range(1, 29))
    assert spec["layout"]["yaxis2"]["type"] == spec["layout"]["yaxis3"]["type"] == "log"


def test_rows_do_not_overlap():
    layout = picture(*full_course())["layout"]
    domains = [layout[name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3", "yaxis4", "yaxis5", "yaxis6")]
    assert domains[0][1] == 1 and domains[-1][0] == 0
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))


def test_a_patient_without_any_value_has_rows_that_say_so():
    spec = picture(language="fr")
    assert texts(spec).count("aucune valeur") == 5
    assert len(trace(spec, "Ruxolitinib morning")["x"]) == 28


def test_each_organ_has_its_own_colour_and_its_own_pattern():
    looks = theme.ORGANS.values()
    assert len({look.colour for look in looks}) == len({look.pattern for look in looks}) == 6
    assert tuple(theme.ORGANS) == sofa.ORGANS


def test_a_missing_organ_is_a_hatched_part_from_the_lowest_to_the_highest_total():
    spec = picture(points({1: organs(2), 2: organs(2, liver=None)}))
    hatched = trace(spec, "not known")
    assert (hatched["x"], hatched["base"], hatched["y"]) == ([2], [10], [4])
    assert trace(spec, "SOFA")["text"] == ["<b>12</b>", "10–<br>14"]
    assert "SOFA <b>10–14</b>" in card(spec, 2)
    assert any(line.endswith("■</span> Liver ?") for line in card(spec, 2))
    assert trace(spec, "Liver")["y"][:2] == [2, None]


def test_a_day_on_which_no_organ_is_known_has_no_bar():
    spec = picture(points({1: organs(2), 2: dict.fromkeys(theme.ORGANS)}))
    assert trace(spec, "SOFA")["x"] == [1]
    assert "not known" not in [trace["name"] for trace in spec["data"]]


def test_days_without_a_value_break_the_line():
    spec = picture(days=pd.DataFrame({"ferritin": [9000.0, 8000.0, 4000.0]}, index=[1, 2, 5]))
    curve = trace(spec, "Ferritin")
    assert (curve["x"], curve["y"]) == ([1, 2, 4.5, 5], [9000, 8000, None, 4000])
    assert curve["connectgaps"] is False


def readings(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["day", "variable", "state", "number", "comparator", "assay"])


def test_carried_values_are_hollow():
    spec = picture(
        days=pd.DataFrame({"platelets": [40.0, 40.0]}, index=[1, 2]),
        readings=readings((1, "platelets", "measured", 40.0, "=", ""), (2, "platelets", "carried", 40.0, "=", "")),
    )
    curve = trace(spec, "Platelets")
    assert curve["marker"]["symbol"] == ["circle", "circle-open"]
    assert "Platelets <b>40</b>\u00a010⁹/L (as before)" in card(spec, 2)


def test_a_value_beyond_the_assay_is_a_triangle_at_its_limit_even_where_no_score_may_use_it():
    spec = picture(
        days=pd.DataFrame({"ferritin": [100_000.1], "fibrinogen": [None]}, index=[1]),
        readings=readings((1, "ferritin", "measured", 100_000.0, ">", ""), (1, "fibrinogen", "measured", 0.3, "<", "")),
    )
    ferritin, fibrinogen = trace(spec, "Ferritin"), trace(spec, "Fibrinogen")
    assert (ferritin["y"], ferritin["marker"]["symbol"]) == ([100_000], ["triangle-up"])
    assert (fibrinogen["y"], fibrinogen["marker"]["symbol"]) == ([0.3], ["triangle-down"])
    assert "Ferritin <b>&gt;\u00a0100,000</b>\u00a0µg/L" in card(spec, 1)


def test_pending_and_withdrawn_values_are_not_drawn():
    spec = picture(readings=readings((1, "ferritin", "pending", None, "=", ""), (2, "ferritin", "withdrawn", 900, "=", "")))
    assert trace(spec, "Ferritin")["x"] == []


def test_another_assay_breaks_the_line():
    spec = picture(
        days=pd.DataFrame({"scd25": [9000.0, 8000.0]}, index=[1, 2]),
        readings=readings((1, "scd25", "measured", 9000.0, "=", "Immulite"), (2, "scd25", "measured", 8000.0, "=", "<ELISA>")),
    )  # fmt: skip
    assert trace(spec, "sCD25")["y"] == [9000, None, 8000]
    assert "Immulite → &lt;ELISA&gt;" in [note.get("hovertext") for note in spec["layout"]["annotations"]]


def test_56_planned_doses_each_with_shape_colour_and_letter():
    doses = pd.DataFrame(
        [(1, "morning", "given", ""), (1, "evening", "held", "platelets < 20"), (2, "morning", "withdrawn", "")],
        columns=["day", "slot", "state", "reason"],
    )
    spec = picture(doses=doses, today=3)
    morning, evening = trace(spec, "Ruxolitinib morning"), trace(spec, "Ruxolitinib evening")
    assert len(morning["x"]) + len(evening["x"]) == 56
    assert morning["text"][:3] == ["G", "?", ""]
    assert card(spec, 1)[-2:] == ["Ruxolitinib, evening\u00a0: <b>held</b>", "platelets &lt; 20"]
    assert card(spec, 2)[-1] == "Ruxolitinib, evening\u00a0: <b>not charted</b>"
    assert evening["marker"]["symbol"][:3] == ["diamond", "square", "circle"]
    assert any("<b>G</b> given 1" in text and "<b>?</b> not charted 2" in text for text in texts(spec))


@pytest.mark.parametrize("say", [english, french])
def test_each_dose_state_has_a_letter_of_its_own(say):
    charted = [name[0] for state, name in dose_names(say).items() if state not in ("not_charted", "planned")]
    assert len(set(charted)) == 5


def test_no_dose_is_planned_after_the_end_of_treatment():
    assert max(trace(picture(doses_until=5), "Ruxolitinib morning")["x"]) == 5


def test_a_patient_outside_the_trial_has_no_dose_row():
    spec = picture(planned_doses=False)
    assert not [trace for trace in spec["data"] if trace["name"].startswith("Ruxolitinib")]
    assert "yaxis6" not in spec["layout"] and spec["layout"]["xaxis"]["anchor"] == "y5"


def test_the_axis_widens_to_the_days_before_the_first_dose():
    spec = picture(points({-2: organs(3)}))
    assert spec["layout"]["xaxis"]["range"] == [-2.6, 28.6]
    assert spec["layout"]["xaxis"]["ticktext"][0] == "−2"


def test_visits_are_dotted_and_today_is_solid_in_every_row():
    spec = picture(language="fr", today=9)
    upright = [shape for shape in spec["layout"]["shapes"] if shape["x0"] == shape["x1"]]
    for yref in ("y", "y2", "y3", "y4", "y5", "y6"):
        lines = [(shape["x0"], shape["line"].get("dash", "solid")) for shape in upright if shape["yref"] == yref]
        assert lines == [(1, "solid"), (7, "dot"), (14, "dot"), (28, "dot"), (9, "solid")]
    assert {"J1", "J7", "J14", "J28", "aujourd’hui"} <= set(texts(spec))


def test_today_after_the_last_day_draws_no_line():
    assert "today" not in texts(picture(today=40)) and "today" not in texts(picture(today=None))


def test_thresholds_are_dashed_and_name_their_rule():
    spec = picture(language="fr")
    dashed = [(shape["yref"], shape["y0"]) for shape in spec["layout"]["shapes"] if shape["line"].get("dash") == "dash"]
    assert dashed == [("y2", 500), ("y2", 2000), ("y3", 2400), ("y4", 1.5), ("y5", 100), ("y5", 50)]
    assert {"2\u202f000", "≤\u00a01,5 HLH-2004"} <= set(texts(spec))


@pytest.mark.parametrize("line", THRESHOLDS, ids=lambda line: f"{line.source} {line.variable}")
def test_each_threshold_is_a_cut_off_of_the_score_it_names(line):
    score = {"HLH-2004": hlh2004, "HScore": hscore, "SOFA 3": sofa}[line.source]
    assert line.value in score.CUTPOINTS[line.variable]


def test_a_threshold_may_be_drawn_on_sofa():
    spec = picture(thresholds=[Threshold("sofa", 9, "≤", "day 7")])
    assert [shape["y0"] for shape in spec["layout"]["shapes"] if shape["name"] == "day 7"] == [9]


def test_values_and_marks_are_written_in_the_language():
    days = pd.DataFrame({"fibrinogen": [1.25], "ferritin": [12400.0]}, index=[1])
    assert "Fibrinogène <b>1,25</b>\u00a0g/L" in card(picture(days=days, language="fr"), 1)
    assert "Ferritin <b>12,400</b>\u00a0µg/L" in card(picture(days=days), 1)
    assert picture(language="fr")["layout"]["separators"] == ",\u202f"


@pytest.mark.parametrize("value", [0, 7, 49.9, 1.5, 1234.5, 123456.789, 1e6, -3.25])
@pytest.mark.parametrize(("language", "locale"), [("fr", "fr_FR"), ("en", "en_GB")])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_numbers_are_written_as_babel_writes_them(value, language, locale, decimals):
    pattern = "#,##0." + "0" * decimals + "##"
    assert theme.written(value, decimals, language) == format_decimal(value, pattern, locale=locale)


def test_a_tap_on_a_day_without_a_value_never_answers_with_the_value_of_another_day():
    spec = picture(points({1: organs(2)}), pd.DataFrame({"ferritin": [9000.0]}, index=[1]))
    assert {"SOFA –", "Ferritin –"} <= set(card(spec, 2))
    assert [trace["name"] for trace in spec["data"] if trace.get("hoverinfo") != "skip"] == ["card"]


def test_the_card_counts_every_day_of_the_axis():
    assert trace(picture(*full_course()), "card")["x"] == list(range(1, 29))


def test_the_picture_in_sentences():
    scores = points({1: organs(2), 7: organs(1, liver=None)})
    days = pd.DataFrame({"ferritin": [24000.0, 9000.0], "platelets": [18.0, None]}, index=[1, 7])
    doses = pd.DataFrame([(1, "morning", "given", ""), (1, "evening", "held", "")], columns=["day", "slot", "state", "reason"])
    said = alt_text(scores, days, doses, today=7, language="en", say=english)
    assert said == (
        "Today is study day 7. SOFA: 12 on day 1, 5–9 on day 7. Ferritin: 24,000 on day 1, 9,000 µg/L on day 7. "
        "sCD25: no value yet. Fibrinogen: no value yet. Platelets: 18 10⁹/L on day 1. Ruxolitinib doses: given 1, held 1."
    )


def test_a_28_day_picture_builds_in_less_than_5_ms():
    course = full_course()
    many = readings(*[(day, "ferritin", "measured", 90_000 / day, "=", "") for day in range(1, 29)])
    fastest = min(_seconds(lambda: one_picture(*course, readings=many, visit_days=VISITS, today=28, language="fr",
                                               say=french)) for _ in range(20))  # fmt: skip
    assert fastest < 0.005


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def test_markers_are_drawn_as_chosen_and_none_of_them_too():
    spec = picture(markers=("temperature",))
    assert "Temperature –" in card(spec, 1) and "Ferritin –" not in card(spec, 1)
    assert "Temperature –" not in card(picture(markers=()), 1)


def test_percent_of_the_peak_is_drawn_without_the_limits_of_the_values():
    days = pd.DataFrame({"ferritin": [8000.0, 10_000.0, 4000.0], "platelets": [20.0, 30.0, 40.0]}, index=[0, 1, 3])
    spec = picture(days=days, scale="peak")
    assert trace(spec, "Ferritin")["y"] == [80, 100, None, 40]
    assert trace(spec, "Platelets")["y"] == [20, 30, None, 40], "what the disease lowers keeps its values"
    assert [line["yref"] for line in spec["layout"]["shapes"] if line["name"] == "HScore"] == []
    assert any("half of the peak (D1) by D3" in text for text in texts(spec))
    assert trace(picture(days=days, scale="day_1"), "Platelets")["y"] == pytest.approx([200 / 3, 100, None, 400 / 3], nan_ok=True)


def test_a_lane_runs_from_its_day_to_its_day_and_an_open_one_to_today():
    spec = picture(lanes=[Lane("Etoposide", 2, 4), Lane("Dexamethasone", 3)], events=[Event(5, "<CT>")], today=9)
    assert trace(spec, "Etoposide")["x"] == [1.6, 4.4] and trace(spec, "Dexamethasone")["x"] == [2.6, 9.4]
    assert "Etoposide, Dexamethasone" in card(spec, 3) and "⚑ &lt;CT&gt;" in card(spec, 5)
    assert "&lt;CT&gt;" in texts(spec)


def test_no_dose_is_asked_for_after_a_death():
    spec = picture(today=20, doses_until=5)
    assert trace(spec, "Ruxolitinib morning")["text"] == ["?", "?", "?", "?", ""]
    assert [shape["x0"] for shape in spec["layout"]["shapes"] if shape["name"] == "outside"] == [5.5]


def test_a_value_says_who_entered_it_and_when():
    at = pd.Timestamp("2026-03-02T07:10Z")
    seen = readings((1, "ferritin", "measured", 9000.0, "=", "")).assign(by="lea", at=at, sampled_at=pd.NaT)
    days = pd.DataFrame({"ferritin": [9000.0]}, index=[1])
    spec = picture(days=days, readings=seen, names={"lea": "L<é>a"}, zone="Europe/Paris")
    assert "Ferritin <b>9,000</b>\u00a0µg/L · 02/03\u00a008:10, L&lt;é&gt;a" in card(spec, 1)


def test_an_unchanged_course_is_the_same_figure():
    assert picture(*full_course()) == picture(*full_course())

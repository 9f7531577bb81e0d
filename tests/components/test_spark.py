"""The sparkline shows gaps as gaps and unknown totals as intervals, and is safe to put into a page."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import pandas as pd

from components.charts.spark import HEIGHT, WIDTH, spark, spark_svg

NAME = "{http://www.w3.org/2000/svg}"


def drawn(*args, **more) -> ElementTree.Element:
    return ElementTree.fromstring(spark_svg(*args, **{"label": "SOFA"} | more))


def lines(svg: ElementTree.Element) -> list[int]:
    return [len(line.get("points").split()) for line in svg.findall(f"{NAME}polyline")]


def test_a_missing_day_breaks_the_line():
    assert lines(drawn([12, 11, None, 9, 8], days=[1, 2, 3, 4, 5])) == [2, 2]


def test_a_day_that_is_not_in_the_list_breaks_it_too():
    assert lines(drawn([12, 11, 9, 8], days=[1, 2, 4, 5])) == [2, 2]


def test_na_is_not_known():
    assert lines(drawn([12, pd.NA, float("nan"), 8, 7], days=[1, 2, 3, 4, 5])) == [2]


def test_the_newest_known_day_carries_the_dot():
    svg = drawn([12, 6, None], days=[1, 2, 3])
    (dot,) = [circle for circle in svg.findall(f"{NAME}circle") if circle.get("class") == "newest"]
    assert float(dot.get("cx")) == WIDTH / 2
    assert float(dot.get("cy")) > HEIGHT / 2


def test_a_total_with_a_missing_part_is_a_bar_from_low_to_high_and_its_dot_is_hollow():
    svg = drawn([12, None], low=[12, 7], high=[12, 11], days=[1, 2])
    (bar,) = [line for line in svg.findall(f"{NAME}line") if line.get("class") == "unknown"]
    assert float(bar.get("y1")) > float(bar.get("y2"))
    newest = [circle for circle in svg.findall(f"{NAME}circle") if circle.get("class") == "newest"]
    assert [dot.get("fill") for dot in newest] == ["white"]


def test_a_threshold_stays_inside_the_drawing():
    svg = drawn([3, 4], days=[1, 2], threshold=9)
    (line,) = [line for line in svg.findall(f"{NAME}line") if line.get("class") == "threshold"]
    assert 0 < float(line.get("y1")) < HEIGHT / 2


def test_nothing_known_draws_only_the_title():
    assert [part.tag for part in drawn([], days=[])] == [f"{NAME}title"]
    assert [part.tag for part in drawn([None, None], days=[1, 2])] == [f"{NAME}title"]


def test_the_label_is_its_title_and_cannot_carry_markup():
    svg = drawn([1], days=[1], label='<script>alert("x")</script>')
    assert svg.find(f"{NAME}title").text == '<script>alert("x")</script>'
    assert svg.get("role") == "img"
    assert "<script>" not in spark([1], days=[1], label="<script>")


def test_in_a_page_it_is_an_image_with_alt_text():
    image = ElementTree.fromstring(spark([12, 8], days=[1, 2], label="SOFA 12 → 8").replace(">", "/>"))
    assert (image.tag, image.get("alt")) == ("img", "SOFA 12 → 8")
    assert (image.get("width"), image.get("height")) == ("120", "28")
    kind, _, source = image.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(source).decode() == spark_svg([12, 8], days=[1, 2], label="SOFA 12 → 8")

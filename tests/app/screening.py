"""What a person does on the page of screening, for its tests."""

from __future__ import annotations

from typing import Any

import db
from db import screening
from tests.app.conftest import PASSWORD, Tab, said
from trial import eligibility

FIRST: dict[str, Any] = {"temperature": 38.5, "splenomegaly": "yes", "hemoglobin": 8.9, "platelets": 99, "neutrophils": 1.2,
                         "triglycerides": 3.0, "ferritin": 500, "fibrinogen": 2.0}  # 5 of 8 HLH-2004 criteria  # fmt: skip


SICK: dict[str, Any] = {"gcs": 3, "bilirubin": 300}  # with platelets of 99: SOFA 10 to 22


DECLARED = {one.code: one.wanted for one in eligibility.CRITERIA if not one.computed and one.code != "consent"}


def criterion(tab: Tab, code: str) -> Any:
    (asked,) = [each for each in tab.app.segmented_control if (each.key or "").startswith(f"cri_{code}_")]
    return asked


def verdict(tab: Tab) -> str:
    """State of the verdict that stays in sight."""
    bottom = [part.proto.body for part in tab.app.html if "HLH-2004" in part.proto.body and "SOFA" in part.proto.body][-1]
    return bottom.split('class="verdict ')[1].split('"')[0]


def consent(tab: Tab, route: str) -> Tab:
    (asked,) = [each for each in tab.app.segmented_control if (each.key or "").startswith("route_")]
    asked.set_value(route)
    return tab.again().press("Record the consent")


def choose(tab: Tab, choice: str) -> Tab:
    (asked,) = [each for each in tab.app.segmented_control if (each.key or "").startswith("choice_")]
    asked.set_value(choice)
    return tab.again()


def sign(tab: Tab, button: str, password: str = PASSWORD) -> Tab:
    (box,) = [box for box in tab.app.text_input if box.label == said("Your password signs")]
    box.set_value(password)
    return tab.press(button)


def reasons(tab: Tab) -> Any:
    (asked,) = [each for each in tab.app.pills if (each.key or "").startswith("reasons_")]
    return asked


def decisions(number: str) -> list[dict[str, Any]]:
    with db.look() as ward:
        return screening.frozen(ward, number)

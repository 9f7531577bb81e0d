"""When the sheet asks how the GCS was judged: once a day, of who may be sedated; of the others it is the one measured.

Vincent 1996 assumes the GCS without drugs, so the kind of judgement goes with it (docs/decisions/0022).
"""

from __future__ import annotations

from collections.abc import Mapping

from trial.reading import KNOWN, Reading


def asks_how_gcs_was_judged(now: Mapping[str, Reading], last: Mapping[str, Reading]) -> bool:
    """`now`: the day as it stands; `last`: each variable's newest earlier value. A RASS of today decides, else the signs."""
    if _choice(now, "gcs_kind"):
        return True
    rass = _number(now, "rass")
    if rass is not None:
        return rass < 0
    if "invasive" in (_choice(now, "ventilation"), _choice(last, "ventilation") if "ventilation" not in now else None):
        return True
    judged, slept = _choice(last, "gcs_kind"), _number(last, "rass")
    return _choice(now, "lipids") == "yes" or judged in ("before_sedation", "estimated") or (slept is not None and slept < 0)


def _choice(day: Mapping[str, Reading], code: str) -> str | None:
    known = day.get(code)
    return known.choice if known and known.state in KNOWN else None


def _number(day: Mapping[str, Reading], code: str) -> float | None:
    known = day.get(code)
    return known.number if known and known.state in KNOWN else None

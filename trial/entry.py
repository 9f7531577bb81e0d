"""What was typed into a box, read once and exactly. Impossible is refused; unlikely is asked once, with a reason.

Nothing is guessed. The decimal sign may be a comma or a point in either language: a French ward has keyboards and
laboratories of both kinds, so "1,200" is 1200 to one and 1.2 to another, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from scoring import units, vasopressors
from trial.errors import Impossible, NotUnderstood, Unlikely
from trial.reading import Reading, State
from trial.variables import Limits, Variable, asked, variable

SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f]+")
SIGNS = re.compile(r"([<>])? ?([-+\u2212])? ?(.*)", re.DOTALL)
NUMBER = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?: [0-9]{3})+)?(?:[.,]([0-9]+))?")
GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # thousands, or three decimals
LONGEST = 30  # signs in a box
_PART = r"([0-9]+(?:[.,][0-9]+)?)"
PUMP = re.compile(rf"{_PART} ?mL/h ?[×x*] ?{_PART} ?mg/mL ?[/÷,;] ?{_PART} ?kg", re.IGNORECASE)

NEAR = (0.7, 1.4)  # times the last value: what a slip must lead back to
FAR = (0.5, 2)  # a change within these is a change
ALIKE = (0.2, 5)  # two units within these factors explain no jump: bilirubin that halves is not mg/L for µmol/L
SLIPS = (Decimal(10), Decimal("0.1"), Decimal("0.01"))  # a decimal sign moved or lost

# These do change tenfold from one day to the next: a titrated drug, urine, an acute-phase protein, a cytokine.
MOVE_TENFOLD = frozenset({"norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin", "urine_output",
                          "crp", "procalcitonin", *asked("cytokines")})


class Pump(NamedTuple):
    """What a syringe pump shows, and the weight that the dose counts."""

    pump_rate: Decimal  # mL/h
    concentration: Decimal  # mg/mL
    weight: Decimal  # kg


def pump_of(typed: str) -> Pump | None:
    """"9 mL/h × 0,16 mg/mL / 70 kg"; None for anything else."""
    found = PUMP.fullmatch(SPACES.sub(" ", typed).strip())
    return Pump(*(Decimal(part.replace(",", ".")) for part in found.groups())) if found else None


def as_pump(pump_rate: str, concentration: str, weight: str) -> str:
    """The three parts, as typed, the way `pump_of` reads them."""
    return f"{pump_rate.strip()} mL/h × {concentration.strip()} mg/mL / {weight.strip()} kg"


def read(code: str, text: str, unit: str, *, language: str = "fr", salt: str = "base") -> Reading | None:
    """The value typed in `unit`, in the canonical unit; None for an empty box.

    `language` is the page's and changes nothing: the same signs are the same number in both. `salt` is the one that
    the site's norepinephrine labels count (scoring.units.NOREPINEPHRINE_BASE); it is kept as the reading's assay. A dose
    per kg may be typed as what the pump shows, which is kept as it was typed (`pump_of`).
    Raises NotUnderstood, Impossible.
    """
    what = variable(code)
    typed = SPACES.sub(" ", text).strip()
    if not typed:
        return None
    salted = code == "norepinephrine" and salt != "base"
    if what.unit == "µg/kg/min" and (pump := pump_of(typed)):
        return _given_by(pump, what, typed, salt if salted else "")
    unit = _accepted(what, unit)
    comparator, number = _parse(what, typed)
    counted = Decimal(repr(units.base_dose(number, salt))) if salted else number
    _check(what, counted, unit, comparator)
    value = units.to_canonical(code, counted, unit)
    return Reading(State.MEASURED, value, None, comparator, typed, unit, salt if salted else "")


def _given_by(pump: Pump, what: Variable, typed: str, salt: str) -> Reading:
    """Exact: rounded to three decimals, 0.1004 would no longer be above 0.1."""
    for code, part in pump._asdict().items():
        _check(variable(code), part, variable(code).unit, "=")
    dose = vasopressors.dose(*(float(part) for part in pump))
    counted = units.base_dose(dose, salt) if salt else dose
    _check(what, Decimal(repr(counted)), what.unit, "=")
    return Reading(State.MEASURED, counted, None, "=", typed, "", salt)


def split_unit(code: str, text: str) -> tuple[str, str]:
    """"12,75 g/L" is ("12,75", "g/L"), "150 10^9/L" is ("150", "10⁹/L"). Without a unit of the variable: (text, "")."""
    for cut in range(1, len(text)):
        number, rest = text[:cut].rstrip(), text[cut:].strip()
        if number[-1:].isdigit() and re.search(r"[^0-9\s.,]", rest):
            try:
                return number, units.recognise(code, rest)
            except units.UnknownUnit:
                continue
    return text, ""


def choose(code: str, choice: str) -> Reading:
    """The tapped choice. "not_done" is a state, as for a number. Raises NotUnderstood."""
    what = variable(code)
    if choice not in what.choices:
        raise NotUnderstood('{variable}: "{typed}" is none of {choices}.', variable=code, typed=choice[:LONGEST],
                            choices=", ".join(what.choices))
    if choice == State.NOT_DONE:
        return Reading(State.NOT_DONE, typed=choice)
    return Reading(State.MEASURED, choice=choice, typed=choice)


def doubt(code: str, reading: Reading, last: Reading | None) -> Unlikely | None:
    """Why the value should be looked at again: a slip against the last one, or outside the usual limits."""
    what = variable(code)
    if reading.number is None:
        return None
    number, unit = _as_typed(what, reading)
    return _slip(what, number, unit, last) or _rare(what, number, unit, reading.comparator)


def _accepted(what: Variable, unit: str) -> str:
    try:
        return units.recognise(what.code, unit)
    except units.UnknownUnit as unknown:
        raise NotUnderstood("{variable} is not entered in {unit}. Choose one of: {units}.", variable=what.code,
                            unit=unit, units=", ".join(unknown.accepted)) from None


def _parse(what: Variable, typed: str) -> tuple[str, Decimal]:
    """The comparator and the number, exactly as written."""
    signs = SIGNS.fullmatch(typed)
    comparator, sign, digits = signs.groups() if signs else (None, None, "")
    if comparator and not what.censored:
        raise NotUnderstood("{variable} is entered without < or >. Type the number alone.", variable=what.code)
    number = NUMBER.fullmatch(digits)
    if not digits or not number or len(typed) > LONGEST or (sign and not _may_be_negative(what)):
        raise NotUnderstood(
            '{variable}: "{typed}" is not understood. Type one number, with a comma or a point for the decimals.',
            variable=what.code, typed=typed[:LONGEST])
    whole, fraction = (number[1] or "0").replace(" ", ""), number[2] or "0"
    if what.decimals < 3 and GROUPED.fullmatch(digits):
        raise NotUnderstood('{variable}: "{typed}" may be {one} or {other}. Type one of the two.', variable=what.code,
                            typed=typed, one=float(whole + fraction), other=float(f"{whole}.{fraction}"))
    value = Decimal(f"{whole}.{fraction}")
    return comparator or "=", -value if sign in ("-", "−") else value


def _may_be_negative(what: Variable) -> bool:
    return what.hard is not None and what.hard[0] < 0


def _check(what: Variable, number: Decimal, unit: str, comparator: str) -> None:
    facts = {"variable": what.code, "value": float(number), "unit": unit}
    if what.whole and number != number.to_integral_value():
        raise Impossible("{variable} is a whole number: {value} cannot be.", **facts)
    if comparator == "<" and number <= 0:
        raise Impossible("{variable}: nothing is below {value} {unit}. Type the limit that the laboratory gives.",
                         **facts)
    if what.hard is None or _within(units.to_canonical(what.code, number, unit), what.hard):
        return
    facts |= _limits(what, what.hard, unit)
    if meant := _meant(what, number, unit):
        raise Impossible("{variable} {value} {unit} cannot be: did you mean {meant} {meant_unit}?", **facts, **meant)
    raise Impossible("{variable} {value} {unit} cannot be ({low} to {high}). Check the value and its unit.", **facts)


def _slip(what: Variable, number: Decimal, unit: str, last: Reading | None) -> Unlikely | None:
    """A factor of ten, or another unit, would bring the value back to the last one."""
    if last is None or not last.number or last.comparator != "=" or number <= 0:
        return None
    before, now = last.number, units.to_canonical(what.code, number, unit)
    if _within(now / before, FAR):
        return None
    for meant, meant_unit in _alternatives(what, number, unit):
        by_ten = meant_unit == unit and what.code in MOVE_TENFOLD
        other = units.to_canonical(what.code, meant, meant_unit)
        if not by_ten and not _within(other / now, ALIKE) and _within(other / before, NEAR):
            return Unlikely("{variable} {value} {unit}, last time {last} {unit}: did you mean {meant} {meant_unit}?"
                            " If not, say why it is right.",
                            variable=what.code, value=float(number), unit=unit, meant=float(meant),
                            meant_unit=meant_unit, last=units.from_canonical(what.code, before, unit))
    return None


def _rare(what: Variable, number: Decimal, unit: str, comparator: str) -> Unlikely | None:
    value = units.to_canonical(what.code, number, unit)
    if what.soft is None or _within(value, what.soft):
        return None
    if comparator == "<" and value < what.soft[0]:
        return None  # "< 0.3" is what the laboratory says of anything lower
    facts = {"variable": what.code, "value": float(number), "unit": unit, **_limits(what, what.soft, unit)}
    if meant := _meant(what, number, unit):
        return Unlikely("{variable} {value} {unit} is rare: did you mean {meant} {meant_unit}?"
                        " If not, say why it is right.", **facts, **meant)
    return Unlikely("{variable} {value} {unit} is rare (usually {low} to {high}). Check it, or say why it is right.",
                    **facts)


def _meant(what: Variable, number: Decimal, unit: str) -> dict[str, object]:
    """The usual value that a slip of the unit or of the decimal sign would explain; empty if there is none."""
    usual = what.soft or what.hard
    for meant, meant_unit in _alternatives(what, number, unit):
        if _within(units.to_canonical(what.code, meant, meant_unit), usual):
            return {"meant": float(meant), "meant_unit": meant_unit}
    return {}


def _alternatives(what: Variable, number: Decimal, unit: str) -> Iterator[tuple[Decimal, str]]:
    """The same number in the other units, then the same unit with the decimal sign moved."""
    value = units.to_canonical(what.code, number, unit)
    for other in what.units:
        if units.to_canonical(what.code, number, other) != value:
            yield number, other
    if not what.whole:
        yield from ((number * slip, unit) for slip in SLIPS)


def _as_typed(what: Variable, reading: Reading) -> tuple[Decimal, str]:
    """The number in the unit it was typed in; in the canonical one where the text does not say the value."""
    assert reading.number is not None
    try:
        _, number = _parse(what, SPACES.sub(" ", reading.typed).strip())
        if units.to_canonical(what.code, number, reading.unit) == reading.number:
            return number, units.recognise(what.code, reading.unit)
    except (NotUnderstood, units.UnknownUnit):
        pass
    return Decimal(repr(reading.number)), what.unit


def _limits(what: Variable, limits: tuple[float, float], unit: str) -> dict[str, object]:
    """Both limits in the unit that was typed."""
    low, high = (units.from_canonical(what.code, limit, unit) for limit in limits)
    return {"low": low, "high": high}


def _within(value: float, limits: Limits) -> bool:
    return limits is None or limits[0] <= value <= limits[1]

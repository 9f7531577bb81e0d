"""Why a value that was saved is changed: asked of a correction, never of a first value or of a result that came in.

"Corrections … attributed, justified, supported by source, timely" (ICH E6(R3) 4.2.4).
"""

from __future__ import annotations

from trial.reading import KNOWN, Reading, State

REASONS: dict[str, tuple[str, str]] = {  # one tap each; anything else in words
    "typing_error": ("typing error", "erreur de saisie"),
    "wrong_patient": ("wrong patient", "autre patient"),
    "wrong_time": ("wrong time", "autre heure"),
    "laboratory": ("corrected by the laboratory", "rectifié par le laboratoire"),
    "later": ("worse later that day", "pire plus tard ce jour"),  # the sheet holds the worst of the day
}
ON_THE_TAP = {  # where there is room for one word
    "typing_error": ("typing", "saisie"), "wrong_patient": ("patient", "patient"), "wrong_time": ("time", "heure"),
    "laboratory": ("lab", "labo"), "later": ("later worse", "pire ensuite"),
}  # fmt: skip


def reasons(language: str) -> list[str]:
    return [words[language == "fr"] for words in REASONS.values()]


def on_the_tap(why: str) -> str:
    """The short word of a reason, in its language."""
    return next((ON_THE_TAP[code][said.index(why)] for code, said in REASONS.items() if why in said), why)


def is_one_tap(why: str) -> bool:
    """It says why a value was changed, and not that an unlikely one was checked."""
    return any(why in words for words in REASONS.values())


def is_correction(was: Reading | None, now: Reading) -> bool:
    """A value stood there and no longer does. A result in place of "pending", "not done" or "as before" is none."""
    if was is None or was.state not in KNOWN:
        return False
    return not (was.state is State.CARRIED and now.state is State.MEASURED)

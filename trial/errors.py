"""What the ward can mend itself. Everything else is a bug."""

from __future__ import annotations


class TrialError(Exception):
    """A sentence that says what, where and what to do.

    `sentence` is the English message with {named} places; it is the key of the translation.
    `facts` fill the places. The page puts both together in the person's language
    (components.words.say): a variable code under the name `variable` becomes its label,
    numbers and dates are written as that language writes them.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        self.sentence = sentence
        self.facts = facts
        super().__init__(sentence)

    def __str__(self) -> str:
        return self.sentence.format_map({name: str(fact) for name, fact in self.facts.items()})


class NotUnderstood(TrialError):
    """What was typed cannot be read."""


class Impossible(TrialError):
    """The value cannot be: it is refused."""


class Unlikely(TrialError):
    """The value can be but rarely is: asked once, kept with its reason."""


class ChangedMeanwhile(TrialError):
    """Someone else saved another value since this one was shown."""


class DifferentRules(TrialError):
    """Two scores of different versions or options: their difference would not be the patient's."""


class NoSuchPatient(TrialError):
    """No patient of that number whom this person may see."""


class NotAllowed(TrialError):
    """The protocol or the role forbids it."""


class StoreUnreachable(TrialError):
    """The database does not answer."""


def sentence(english: str) -> str:
    """Marks a text that is kept as data and translated where it is shown."""
    return english

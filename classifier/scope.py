"""Whose task a message is: the label's usual scope, except that a device gone from its team is both's.

Source: helpdesk requirements, "Decided", 3.
"""

from .categories import SCOPE_OF, Label, Scope
from .concepts import concept_of
from .features import words_of

_GONE = frozenset({"STEAL", "LOSE"})
_NEAR = 8


def scope_of(text: str, label: Label) -> Scope:
    """Who acts on `text` once it is labelled: `Scope.BOTH` for a lost or stolen device, else the label's scope."""
    if label in {Label.PROGRAMMATIC, Label.SECURITY} and is_device_gone(text):
        return Scope.BOTH
    return SCOPE_OF[label]


def is_device_gone(text: str) -> bool:
    """Whether the words say that a device was lost or stolen: both are named within a few words."""
    ideas = [concept_of(word) for word in words_of(text)]
    gone = [at for at, idea in enumerate(ideas) if idea in _GONE]
    devices = [at for at, idea in enumerate(ideas) if idea == "DEVICE"]
    return any(abs(at - device) <= _NEAR for at in gone for device in devices)

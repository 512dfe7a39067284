"""Facts about who may write to the helpdesk; part of `intake.facts`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessAsked:
    """For the leads: request `request` to be let in.

    `known` is the enrolled person whose number this is said to be now, nothing for somebody new; `phone` is E.164.
    `is_hidden` when WhatsApp shows no number, so that nobody knows whether it is theirs.
    """

    request: int
    name: str
    role: str
    district: str
    phone: str
    known: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class AccessGranted:
    """For whoever asked: they are enrolled as `name`, or known again after their number changed."""

    name: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class AccessRefused:
    """For whoever asked: a lead said no."""


@dataclass(frozen=True, slots=True)
class NumberMatched:
    """For the leads: somebody whose number WhatsApp hides said that theirs is `name`'s, and is served as such."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """For staff: `name` was deactivated. `held` are their tickets (`#27, #31`), which `heir` has now or else the queue.

    `reported` are open tickets of theirs, whose outcome nobody is told.
    """

    name: str
    held: str = ""
    heir: str = ""
    reported: str = ""


AccessFact = AccessAsked | AccessGranted | AccessRefused | NumberMatched | PersonLeft

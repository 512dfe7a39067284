"""What the sender asks of a messaging provider, and the delivery errors it may raise; knows no wire format.

The errors are those of `store.delivery`; a provider adds one of its own:

    Refused ── RecipientRefused   this person cannot or does not want to be written to
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from store.delivery import Refused

LOOK_BACK = 20
"""How many of the newest messages to a person are looked through after an unclear send."""


class RecipientRefused(Refused):
    """The message cannot reach this person; writing again in the same way is pointless."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it leaves: plain text, or a content template with its variables, and where to report its fate."""

    to: str
    text: str
    content_sid: str
    variables: dict[str, str]
    status_callback: str = ""

    is_unclear: bool = False
    """Whether an earlier attempt may have sent it."""

    media_url: str = ""
    """Where the provider fetches a picture that goes with the text, if one does."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message: its id, and its first delivery status."""

    sid: str
    status: str


class MessageSender(Protocol):
    """Sends a message. May raise any DeliveryError; OutcomeUnknown when it may have been sent."""

    def send(self, letter: Letter) -> Receipt:
        """Hand the message to the provider."""
        ...

    def find(self, letter: Letter, since: datetime, known: Collection[str]) -> Receipt | None:
        """The message that an earlier attempt, made at `since` or later, may have left with the provider.

        `known` are the ids of the newest LOOK_BACK other messages to the same person. None when there is none that is
        still on its way or arrived: what failed may be sent again.
        """
        ...

    def status_of(self, sid: str) -> tuple[str, str | None]:
        """How far a message came, by its id, and the code of its failure, if any."""
        ...

"""What the training says: marked, and only to those who wrote to it (helpdesk requirements, R67)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.jobs import Job
from bot.messages import INTERACTIVE_BODY, units
from bot.ports import Letter, MessageSender, Receipt
from bot.sender import Sender
from store.conversations import Conversation
from store.delivery import Refused
from store.outbox import OutboxRow


class TrainingSender(Sender):
    """Delivers to those who are being trained."""

    def prepare(self, session: Session, row: OutboxRow, loaded: Mapping[int, Conversation]) -> Job:
        """As `Sender.prepare`. Raises Refused for everybody who has never written to the training."""
        if loaded[row.payload["conversation"]].last_inbound_at is None:
            raise Refused("training", "training writes only to people who have written to it; nothing to do")
        return super().prepare(session, row, loaded)


@dataclass(frozen=True, slots=True)
class TrainingTwilio:
    """A provider whose messages begin with `mark`."""

    provider: MessageSender
    mark: str

    def send(self, letter: Letter) -> Receipt:
        """Hand over the marked message."""
        return self.provider.send(self._marked(letter))

    def find(self, letter: Letter, since: datetime, known: Collection[str]) -> Receipt | None:
        """The marked message that an earlier attempt may have left."""
        return self.provider.find(self._marked(letter), since, known)

    def status_of(self, sid: str) -> tuple[str, str | None]:
        """How far a message came."""
        return self.provider.status_of(sid)

    def _marked(self, letter: Letter) -> Letter:
        text = self.mark + letter.text
        if not letter.content_sid:
            return replace(letter, text=text)
        if units(text) > INTERACTIVE_BODY:
            text = text[: INTERACTIVE_BODY - (units(text) - len(text)) - 1] + "…"
        return replace(letter, text=text, variables=letter.variables | {"1": text})

"""What the outbox's dispatcher (ops.dispatch) asks of those that deliver."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from store.outbox import OutboxRow


class Deliverer(Protocol):
    """One channel's work in three phases; `prepare` and `conclude` run inside the dispatcher's transactions.

    Before each of these two, the deliverer may ask once for all rows of a round; what it answers comes back with each.
    `brings_news` tells that a row which is done queues others, which somebody must be woken for; `may_repeat` that a
    delivery whose end cannot be written down is tried again: what left for somebody's phone or mailbox is not.
    """

    brings_news: ClassVar[bool]
    may_repeat: ClassVar[bool]

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> Any:
        """Read, or lock, in one go what `prepare` looks for row by row."""
        ...

    def prepare(self, session: Session, row: OutboxRow, loaded: Any) -> Any:
        """Everything that the delivery needs, read or written before it starts. May raise DeliveryError."""
        ...

    def perform(self, job: Any) -> None:
        """The remote act; no transaction is open. Raises DeliveryError, or returns when it is done."""
        ...

    def lock_all(self, session: Session, jobs: Sequence[Any]) -> Any:
        """Lock in one go what `conclude` changes."""
        ...

    def conclude(self, session: Session, job: Any, locked: Any) -> None:
        """Write down what came of it, also when `perform` raised. A DeliveryError of its own counts instead of that."""
        ...


class OneByOne:
    """For deliverers that read and write what belongs to a row when its turn comes."""

    brings_news: ClassVar[bool] = False
    may_repeat: ClassVar[bool] = False

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> None:
        """Nothing is read beforehand."""

    def lock_all(self, session: Session, jobs: Sequence[Any]) -> None:
        """Nothing is locked beforehand."""

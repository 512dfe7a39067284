"""What the outbox's dispatcher (ops.dispatch) asks of those that deliver."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from store.outbox import OutboxRow


class Deliverer(Protocol):
    """One channel's work in three phases; `prepare` and `conclude` run inside the dispatcher's transactions.

    What `preload` and `lock_all` answer stays in the session meanwhile, so that each asks once for all rows of a round.
    """

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> object:
        """Read in one go what `prepare` looks for row by row."""
        ...

    def prepare(self, session: Session, row: OutboxRow) -> Any:
        """Everything that the delivery needs, read or written before it starts. May raise DeliveryError."""
        ...

    def perform(self, job: Any) -> None:
        """The remote act; no transaction is open. Raises DeliveryError, or returns when it is done."""
        ...

    def lock_all(self, session: Session, jobs: Sequence[Any]) -> object:
        """Lock in one go what `conclude` changes."""
        ...

    def conclude(self, session: Session, job: Any) -> None:
        """Write down what came of it, also when `perform` raised."""
        ...


class OneByOne:
    """For deliverers that read and write what belongs to a row when its turn comes."""

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> object:
        """Nothing is read beforehand."""
        return None

    def lock_all(self, session: Session, jobs: Sequence[Any]) -> object:
        """Nothing is locked beforehand."""
        return None

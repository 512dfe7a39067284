"""Counters that all processes share: each adds what it counted, anybody reads the sums; the table and its queries."""

from collections.abc import Mapping

from sqlalchemy import Float, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, insert


class MetricCounter(Base):
    """One counter: the `name` of a metric, and the values of its `labels` in their order, joined by line ends."""

    __tablename__ = "metric_counters"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    labels: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[float] = mapped_column(Float)


def add_counts(session: Session, counts: Mapping[tuple[str, str], float]) -> None:
    """Add to the counters of these names and labels; in one order, so that no two processes wait for each other."""
    if not counts:
        return
    rows = [{"name": name, "labels": labels, "value": counts[name, labels]} for name, labels in sorted(counts)]
    statement = insert(session, MetricCounter)
    raised = {"value": MetricCounter.value + statement.excluded.value}
    session.execute(statement.on_conflict_do_update(index_elements=["name", "labels"], set_=raised), rows)


def read_counts(session: Session) -> dict[tuple[str, str], float]:
    """All counters, by name and labels."""
    return {(row.name, row.labels): row.value for row in session.scalars(select(MetricCounter))}

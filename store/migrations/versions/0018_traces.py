"""What belongs together in the logs, what was erased and when, and the counters that all processes share"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import Instant

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TRACED = ("conversations", "tickets", "outbox")
_ERASED = ("inbound_messages", "sent_messages", "attachments", "outbox", "tickets", "mails")


def upgrade() -> None:
    """Forward."""
    for table in _TRACED:
        op.add_column(table, sa.Column("trace", sa.String(32), nullable=True))
    for table in _ERASED:
        op.add_column(table, sa.Column("erased_at", Instant(), nullable=True))
    op.create_table(
        "metric_counters",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("labels", sa.String(200), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name=op.f("pk_metric_counters")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("metric_counters")
    for table in reversed(_ERASED):
        op.drop_column(table, "erased_at")
    for table in reversed(_TRACED):
        op.drop_column(table, "trace")

"""Urgent rows of the outbox go first"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_outbox_queue", "outbox")
    op.add_column("outbox", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="5"))
    op.create_index(
        "ix_outbox_queue",
        "outbox",
        ["channel", "priority", "due_at"],
        postgresql_where=_QUEUED,
        sqlite_where=_QUEUED,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_outbox_queue", "outbox")
    op.drop_column("outbox", "priority")
    op.create_index("ix_outbox_queue", "outbox", ["channel", "due_at"], postgresql_where=_QUEUED, sqlite_where=_QUEUED)

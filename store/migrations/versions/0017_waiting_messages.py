"""Messages over a rate limit, which are stored and read later"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import Instant

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WAITING = sa.text("waits_since IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    op.add_column("inbound_messages", sa.Column("waits_since", Instant(), nullable=True))
    op.create_index(
        "ix_inbound_waiting",
        "inbound_messages",
        ["conversation_id"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_inbound_waiting", "inbound_messages")
    op.drop_column("inbound_messages", "waits_since")

"""Closed service windows, people who cannot be reached, and sends whose outcome is unclear"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import Instant

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("window_closed_at", Instant(), nullable=True))
        batch.add_column(sa.Column("unreachable", sa.String(16), nullable=True))
    with op.batch_alter_table("sent_messages") as batch:
        batch.add_column(sa.Column("is_unclear", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("sent_messages") as batch:
        batch.alter_column("is_unclear", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("sent_messages") as batch:
        batch.drop_column("is_unclear")
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("unreachable")
        batch.drop_column("window_closed_at")

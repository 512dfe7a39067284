"""When a ticket's reporter is to hear the next word, and the night on which a person was told that it is closed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import Instant

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("word_due_at", Instant(), nullable=True))
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("night_told_at", Instant(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("night_told_at")
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("word_due_at")

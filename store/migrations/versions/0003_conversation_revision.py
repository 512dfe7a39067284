"""A revision for each conversation"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003r"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("conversations") as batch:
        batch.alter_column("revision", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("revision")

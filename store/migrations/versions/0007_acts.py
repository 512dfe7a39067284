"""How an act travels into Salama"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import Json

revision: str = "0007a"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("step", "is_last_step", "actor", "known_entries", "said", "taken_ms", "sends")


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("workflow_acts") as batch:
        batch.add_column(sa.Column("step", sa.String(64), nullable=True))
        batch.add_column(sa.Column("is_last_step", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("actor", sa.String(64), nullable=True))
        batch.add_column(sa.Column("known_entries", Json, nullable=True))
        batch.add_column(sa.Column("said", sa.Text(), nullable=True))
        batch.add_column(sa.Column("taken_ms", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("sends", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("workflow_acts") as batch:
        batch.alter_column("sends", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("workflow_acts") as batch:
        for name in _NEW:
            batch.drop_column(name)

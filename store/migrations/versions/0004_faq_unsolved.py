"""How often an answer of the FAQ did not help"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004f"
down_revision: str | Sequence[str] | None = "0003r"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("faq_entries") as batch:
        batch.add_column(sa.Column("unsolved", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("faq_entries") as batch:
        batch.alter_column("unsolved", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("faq_entries") as batch:
        batch.drop_column("unsolved")

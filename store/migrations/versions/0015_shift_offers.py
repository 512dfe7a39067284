"""The colleague who was asked to take a shift"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import BigId

revision: str = "0015"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("shifts") as batch:
        batch.add_column(sa.Column("offered_to_id", BigId, nullable=True))
        batch.create_foreign_key(op.f("fk_shifts_offered_to_id"), "people", ["offered_to_id"], ["id"])


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("shifts") as batch:
        batch.drop_constraint(op.f("fk_shifts_offered_to_id"), type_="foreignkey")
        batch.drop_column("offered_to_id")

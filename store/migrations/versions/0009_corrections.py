"""Corrections of the classifier by staff"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "classifier_corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("from_label", sa.String(length=32), nullable=False),
        sa.Column("to_label", sa.String(length=32), nullable=False),
        sa.Column("corrected_by", sa.String(length=200), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_classifier_corrections_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classifier_corrections")),
    )
    op.create_index(op.f("ix_classifier_corrections_ticket_id"), "classifier_corrections", ["ticket_id"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_classifier_corrections_ticket_id"), table_name="classifier_corrections")
    op.drop_table("classifier_corrections")

"""Alerts to NMCP's officials, and orders that are offered to the staff"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import BigId, Instant, Json

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013m"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "nmcp_alerts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("official_id", BigId, nullable=False),
        sa.Column("deputy_id", BigId, nullable=True),
        sa.Column("is_deputy", sa.Boolean(), nullable=False),
        sa.Column("batch", BigId, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("passed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_nmcp_alerts_ticket_id")),
        sa.ForeignKeyConstraint(["official_id"], ["people.id"], name=op.f("fk_nmcp_alerts_official_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_nmcp_alerts_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nmcp_alerts")),
    )
    op.create_index(op.f("ix_nmcp_alerts_ticket_id"), "nmcp_alerts", ["ticket_id"])
    op.create_index(op.f("ix_nmcp_alerts_batch"), "nmcp_alerts", ["batch"])
    op.create_index("ix_nmcp_alerts_official", "nmcp_alerts", ["official_id", "state"])
    op.create_table(
        "staff_offers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("verb", sa.String(32), nullable=False),
        sa.Column("tickets", Json, nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_offers_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_staff_offers_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_offers")),
    )
    op.create_index("ix_staff_offers_newest", "staff_offers", ["person_id", "offered_at"])


def downgrade() -> None:
    """Back."""
    op.drop_table("staff_offers")
    op.drop_table("nmcp_alerts")

"""Requests to be enrolled, or to be known under another number"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import BigId, Instant

revision: str = "0016"
down_revision: str | Sequence[str] | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "access_requests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("district", sa.String(200), nullable=False),
        sa.Column("boundary_code", sa.String(128), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_access_requests_conversation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_access_requests_person_id")),
        sa.ForeignKeyConstraint(["boundary_code"], ["boundaries.code"], name=op.f("fk_access_requests_boundary_code")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_access_requests_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
    )
    op.create_index(op.f("ix_access_requests_conversation_id"), "access_requests", ["conversation_id"])
    op.create_index("ix_access_requests_asked", "access_requests", ["asked_at"])
    op.create_index(
        "ix_access_requests_waiting",
        "access_requests",
        ["conversation_id"],
        unique=True,
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("access_requests")

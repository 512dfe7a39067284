"""Talks between staff and reporters, words that wait for a lead's consent, ratings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import BigId, Instant

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OPEN = sa.text("ended_at IS NULL")
_UNDECIDED = sa.text("is_sent IS NULL")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "talks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_talks_ticket_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_talks_conversation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_talks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_talks_ticket_id")),
    )
    for name, column in (("ix_talks_reporter", "conversation_id"), ("ix_talks_staff", "person_id")):
        op.create_index(name, "talks", [column], postgresql_where=_OPEN, sqlite_where=_OPEN)
    op.create_table(
        "held_words",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("verb", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("is_sent", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", BigId, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_held_words_ticket_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_held_words_person_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_held_words_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_words")),
    )
    op.create_index(
        "ix_held_words_open", "held_words", ["ticket_id"], postgresql_where=_UNDECIDED, sqlite_where=_UNDECIDED
    )
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("rating", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("rating")
    op.drop_table("held_words")
    op.drop_table("talks")

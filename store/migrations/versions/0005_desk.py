"""The helpdesk's own side of a ticket: stages, owners, deadlines, workflow acts, the roster"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.base import BigId, Instant, Json

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANTS = (
    "due_at", "claimed_at", "answered_at", "last_word_at", "workaround_at", "solved_at", "closed_at", "paused_at",
)  # fmt: skip
_AT_WORK = sa.text("stage NOT IN ('solved', 'closed')")
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("stage", sa.String(16), nullable=False, server_default="queued"))
        batch.add_column(sa.Column("owner_id", BigId, nullable=True))
        batch.add_column(sa.Column("district", sa.String(200), nullable=False, server_default=""))
        for name in _INSTANTS:
            batch.add_column(sa.Column(name, Instant(), nullable=True))
        batch.add_column(sa.Column("paused_s", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("outcome", sa.String(32), nullable=True))
        batch.add_column(sa.Column("evidence", Json, nullable=True))
        batch.add_column(sa.Column("external_ref", sa.String(120), nullable=True))
        batch.create_foreign_key(op.f("fk_tickets_owner_id"), "people", ["owner_id"], ["id"])
        batch.create_index(op.f("ix_tickets_owner_id"), ["owner_id"])
        batch.create_index("ix_tickets_place_time", ["district", "category", "opened_at"])
    op.create_index("ix_tickets_at_work", "tickets", ["due_at", "id"], postgresql_where=_AT_WORK, sqlite_where=_AT_WORK)
    op.execute("UPDATE tickets SET stage = 'closed' WHERE NOT is_open")
    with op.batch_alter_table("tickets") as batch:
        for name in ("stage", "district", "paused_s"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("desk", Json, nullable=True))
    op.create_table(
        "ticket_links",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id")),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint("ticket_id", "kind", name=op.f("uq_ticket_links_ticket_id_kind")),
    )
    op.create_index(op.f("ix_ticket_links_other_id"), "ticket_links", ["other_id"])
    _create_timers()
    _create_acts()
    _create_roster()


def _create_timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("ticket_id", BigId, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("left_s", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_timers_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("key", name=op.f("uq_timers_key")),
    )
    op.create_index(op.f("ix_timers_ticket_id"), "timers", ["ticket_id"])
    op.create_index("ix_timers_due", "timers", ["due_at"], postgresql_where=_WAITING, sqlite_where=_WAITING)


def _create_acts() -> None:
    op.create_table(
        "workflow_acts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("verb", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("assignee_id", BigId, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.String(64), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_workflow_acts_ticket_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_workflow_acts_by_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name=op.f("fk_workflow_acts_assignee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_acts")),
    )
    op.create_index("ix_workflow_acts_ticket", "workflow_acts", ["ticket_id", "id"])


def _create_roster() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shifts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("level", "person_id", "starts_at", name=op.f("uq_shifts_level_person_id_starts_at")),
    )
    op.create_index(op.f("ix_shifts_person_id"), "shifts", ["person_id"])
    op.create_index("ix_shifts_time", "shifts", ["level", "starts_at", "ends_at"])
    op.create_table(
        "presences",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_presences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_latest", "presences", ["person_id", "at"])


def downgrade() -> None:
    """Back."""
    for table in ("presences", "shifts", "workflow_acts", "timers", "ticket_links"):
        op.drop_table(table)
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("desk")
    op.drop_index("ix_tickets_at_work", "tickets")
    with op.batch_alter_table("tickets") as batch:
        batch.drop_index("ix_tickets_place_time")
        batch.drop_index(op.f("ix_tickets_owner_id"))
        batch.drop_constraint(op.f("fk_tickets_owner_id"), type_="foreignkey")
        for name in ("external_ref", "evidence", "outcome", "paused_s", *_INSTANTS, "district", "owner_id", "stage"):
            batch.drop_column(name)

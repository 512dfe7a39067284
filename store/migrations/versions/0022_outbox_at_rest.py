"""What is parked, and what waits for its person, is found without reading all that was ever sent"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | Sequence[str] | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WAITING = sa.text("state IN ('parked', 'held')")


def upgrade() -> None:
    """Forward."""
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["state", "lane", "id"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_outbox_waiting", "outbox")

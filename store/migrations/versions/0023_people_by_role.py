"""Who of the staff may be told something is found without reading everybody who was ever enrolled"""

from collections.abc import Sequence

from alembic import op

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_people_role", "people", ["role"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_people_role", "people")

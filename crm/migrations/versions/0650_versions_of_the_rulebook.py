"""Reserved.

Revision: 0650, after 0640.
"""

revision = "0650"
down_revision = "0640"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

"""Reserved.

Revision: 0640, after 0630.
"""

revision = "0640"
down_revision = "0630"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

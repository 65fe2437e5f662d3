"""Reserved.

Revision: 0590, after 0580.
"""

revision = "0590"
down_revision = "0580"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

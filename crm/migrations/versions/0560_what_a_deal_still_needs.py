"""Reserved.

Revision: 0560, after 0550.
"""

revision = "0560"
down_revision = "0550"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

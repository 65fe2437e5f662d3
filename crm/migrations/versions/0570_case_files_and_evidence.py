"""Reserved.

Revision: 0570, after 0560.
"""

revision = "0570"
down_revision = "0560"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

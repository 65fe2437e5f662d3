"""Reserved.

Revision: 0580, after 0570.
"""

revision = "0580"
down_revision = "0570"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

"""Reserved.

Revision: 0600, after 0590.
"""

revision = "0600"
down_revision = "0590"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""


def downgrade() -> None:
    """Go back."""

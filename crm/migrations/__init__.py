"""The database's schema, step by step; carried by the wheel."""

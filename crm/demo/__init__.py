"""A lifelike company to try the program with, always up to yesterday evening."""

SEEDED = "demo.seeded"
"""The audit log's word for a database that holds the demo company."""

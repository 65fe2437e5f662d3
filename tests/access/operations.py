"""The doctor's page, and whether the server lives."""

from tests.access import EVERYONE, Row

ROWS = [
    Row("operations.health", "GET", EVERYONE),
    Row("operations.doctor", "GET", {"admin": "all"}),
]

"""The duties as a pure function: tables, parameters and an as-of in; entries and what is due out.

Nothing here knows Flask, a database, a file or the clock. `docs/rulebook.md` says what is computed.
"""

from crm.rulebook.attribution import suggest, suggest_all
from crm.rulebook.duties import duties
from crm.rulebook.engine import evaluate
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.parameters import Parameters, load
from crm.rulebook.tables import NO_DAY, NO_TIME, Tables

__all__ = [
    "NO_DAY",
    "NO_MONEY",
    "NO_TIME",
    "Parameters",
    "Tables",
    "duties",
    "evaluate",
    "load",
    "suggest",
    "suggest_all",
]

"""The rulebook read a second time: slowly, date by date, with the standard library only.

It shares no line with `crm.rulebook`. Two readings that agree on hundreds of random workbooks are unlikely
to share a mistake; where they differ, one of them (or the text) is wrong.
"""

from .duties import duties
from .entries import entries
from .suggestion import suggest

__all__ = ["duties", "entries", "suggest"]

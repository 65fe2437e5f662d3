"""The bare route that pages are measured against: the page's own indexed SELECT, and a plain table of 50 rows in Jinja.

No sign-in, no session, no translation, no layout: about the least that Flask can do with a database. The statements
are those of `benchmarks.web.selects`; where one gives fewer than 50 rows, the latest customers fill the table up, so
that the table is the same for every page.
"""

import itertools
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string

ROWS, CELLS = 50, 5
FILLING = """SELECT customer_id, name, phone, intent_grade, first_contact_at FROM customers
ORDER BY first_contact_at DESC LIMIT 50"""
PAGE = """<!doctype html><title>bare</title><table>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""

app = Flask(__name__)
_own = threading.local()


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(f"file:{os.environ['BARE_DATABASE']}?mode=ro", uri=True)
    connection: sqlite3.Connection = _own.connection
    return connection


@cache
def _asked() -> dict[tuple[str, str], Iterator[tuple[str, list[Any]]]]:
    """The statements by page and person, each in turn."""
    written = json.loads(Path(os.environ["BARE_SELECTS"]).read_text("utf-8"))
    return {
        (page, who): itertools.cycle(own) for page, people in written.items() for who, own in people.items()
    }


@cache
def _filling() -> list[tuple[Any, ...]]:
    return _database().execute(FILLING).fetchall()


@app.get("/<page>/<login>")
def table(page: str, login: str) -> str:
    """What that person's page asks of the database, as a table."""
    statement, values = next(_asked()[page, login])
    found = _database().execute(statement, values).fetchall()
    rows = [row[:CELLS] for row in found[:ROWS]]
    return render_template_string(PAGE, rows=rows + _filling()[: ROWS - len(rows)])

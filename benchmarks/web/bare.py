"""The bare route that pages are measured against: one indexed SELECT, and a plain table of 50 rows in Jinja.

No sign-in, no session, no translation, no layout: about the least that Flask can do with a database.
"""

import os
import sqlite3
import threading

from flask import Flask, render_template_string

SELECT = """SELECT customer_id, name, phone, intent_grade, first_contact_at FROM customers
WHERE owner = ? ORDER BY first_contact_at DESC LIMIT 50"""
PAGE = """<!doctype html><title>bare</title><table>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""

app = Flask(__name__)
_own = threading.local()


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(f"file:{os.environ['BARE_DATABASE']}?mode=ro", uri=True)
    connection: sqlite3.Connection = _own.connection
    return connection


@app.get("/<owner>")
def table(owner: str) -> str:
    """The latest 50 customers of one consultant."""
    return render_template_string(PAGE, rows=_database().execute(SELECT, (owner,)).fetchall())

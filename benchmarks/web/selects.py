"""The SELECT that each page itself needs, as its own code sends it to the database, for the bare route to ask too.

The functions behind the pages are called once and the database driver is listened to, so nothing is copied by hand.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from crm import clock
from crm.app import create_app
from crm.config import settings_from
from crm.extensions import db
from crm.leads.list_queries import Wanted, customers_list
from crm.leads.worklist_queries import worklist
from crm.people.accounts import Account

Asked = tuple[str, list[Any]]
TODAY, LIST, NAME, TAIL = "today", "list", "name", "tail"
_ROWS = {TODAY: "duties_kept", LIST: "AS page"}
"""What only the statement of the rows has in it."""


def write_selects(home: Path, path: Path, logins: Sequence[str], words: dict[str, Sequence[str]]) -> None:
    """Write the statements of these people's pages as JSON: {page: {login: [[statement, values], …]}}."""
    app = create_app(settings_from({"CRM_HOME": str(home)}))
    with app.app_context():
        found = {
            page: {login: list(_asked(app, page, login, words)) for login in logins}
            for page in (TODAY, LIST, NAME, TAIL)
        }
        db.session.remove()
        db.engine.dispose()
    path.write_text(json.dumps(found), encoding="utf-8")


def _asked(app: Flask, page: str, login: str, words: dict[str, Sequence[str]]) -> Iterator[Asked]:
    account = db.session.scalars(select(Account).where(Account.login == login)).one()
    on = clock.today()
    if page == TODAY and account.role == "consultant":
        yield _heard(_ROWS[TODAY], lambda: worklist(db.session(), account, on))
    if page == TODAY:
        return
    for word in words.get(page, [""]):
        wanted = Wanted(q=word)
        yield _heard(_ROWS[LIST], lambda wanted=wanted: customers_list(account, wanted, on))


def _heard(mark: str, ask: Callable[[], object]) -> Asked:
    with _listening() as said:
        ask()
    return max((one for one in said if mark in one[0]), key=lambda one: len(one[0]))


@contextmanager
def _listening() -> Iterator[list[Asked]]:
    said: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, list(values)))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

"""The demo company for the browser: seeded once a run, copied for each module, at a fixed moment of a workday."""

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import URL, select

from crm.app import create_app
from crm.config import Settings
from crm.demo.seed import Login, seed
from crm.extensions import db
from crm.people.accounts import Account
from tests.browser.chromium import DESKTOP, PHONE
from tests.people_builders import People

ROOT = Path(__file__).resolve().parents[2]
KEY = "only for the browser, only for the browser"
EVENING = dt.datetime(2026, 11, 24, 18, 30)  # a Tuesday that is a workday
# What a person may hold in the hand, in which language.
LOOKS = ((DESKTOP, "zh-CN"), (DESKTOP, "en"), (PHONE, "zh-CN"), (PHONE, "en"))
TWO_LOOKS = ((DESKTOP, "en"), (PHONE, "zh-CN"))
NewPage = Callable[..., Page]


@dataclass(frozen=True)
class Company:
    """Where the seeded file is, and who may sign in with which first password."""

    database: Path
    logins: list[Login]


def make_company(folder: Path) -> Company:
    """Seed the demo company as it is in the evening; about two seconds."""
    database = folder / "seeded.sqlite3"
    settings = Settings(home=folder, database_url=_sqlite(database), secret_key=KEY)
    return Company(database, seed(settings, EVENING))


def open_company(company: Company, folder: Path) -> Flask:
    """An application over a copy of the company."""
    database = folder / "crm.sqlite3"
    shutil.copyfile(company.database, database)
    settings = Settings(home=folder, database_url=_sqlite(database), secret_key=KEY)
    # A crash is answered as in service; icons that do not exist still raise.
    return create_app(settings, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "CRM_READY": True})


def _sqlite(database: Path) -> URL:
    return URL.create("sqlite", database=str(database))


@dataclass
class Office:
    """Pages of people who are signed in already."""

    app: Flask
    new_page: NewPage
    _cookies: dict[str, str] = field(default_factory=dict)

    def page(
        self, login: str, size: tuple[int, int] = DESKTOP, lang: str = "zh-CN", dark: bool = False
    ) -> Page:
        """A page of that account; each call is a browser of its own, the session is shared."""
        return self.new_page(size, dark, lang, {"crm": self.cookie(login)})

    def cookie(self, login: str) -> str:
        """The cookie of a session of that account, made on first need."""
        if login not in self._cookies:
            with self.app.app_context():
                account_id = db.session.scalar(select(Account.account_id).where(Account.login == login))
            assert account_id is not None, login
            cookie = People(self.app).browser_of(account_id).get_cookie("crm")
            assert cookie is not None
            self._cookies[login] = cookie.value
        return self._cookies[login]

    def staff_of(self, login: str) -> str:
        """Whose account it is."""
        with self.app.app_context():
            return str(db.session.scalar(select(Account.staff_id).where(Account.login == login)))


def words(lang: str) -> Callable[[str], str]:
    """Says a text of the program in that language, as its translations have it."""
    if not lang.startswith("en"):
        return lambda chinese: chinese
    english: dict[str, str] = {}
    for path in sorted((ROOT / "translations" / "en").glob("*.po")):
        with path.open("rb") as file:
            english.update({str(message.id): str(message.string) for message in read_po(file) if message.id})
    return english.__getitem__

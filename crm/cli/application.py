"""The application for a command: its problems are sentences, not tracebacks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from crm.errors import CrmError

STOPPED = 1


def say_problem(problem: CrmError) -> None:
    """The problem in both languages, on standard error."""
    click.echo(problem.sentence("zh"), err=True)
    click.echo(problem.sentence("en"), err=True)


@contextmanager
def application(*, ready: bool = False) -> Iterator[Flask]:
    """The application in its context; an SQLite file is made or brought up to date first.

    `ready` leaves the schema alone, for the commands that look after it themselves.
    """
    from crm.app import create_app
    from crm.extensions import db

    try:
        app = create_app(overrides={"CRM_READY": ready})
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
    except CrmError as problem:
        say_problem(problem)
        raise SystemExit(STOPPED) from None


def actor() -> str:
    """How the logs call whoever works at the terminal."""
    return f"terminal:{os.environ.get('SUDO_USER') or os.environ.get('USER') or os.getuid()}"

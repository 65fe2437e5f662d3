"""`crm serve`: the web application."""

from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from crm.cli.application import STOPPED, say_problem
from crm.cli.files import say
from crm.errors import CrmError, Misconfigured


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option("--certificate", type=click.Path(path_type=Path), help="TLS certificate with its chain, PEM.")
@click.option("--key", type=click.Path(path_type=Path), help="The certificate's private key, PEM.")
@click.option(
    "--proxy", "proxies", multiple=True, help="Address or network of a proxy in front, which has TLS."
)
def serve(host: str, port: int, certificate: Path | None, key: Path | None, proxies: tuple[str, ...]) -> None:
    """Serve the web application until Ctrl-C or TERM.

    An address that other machines reach needs TLS: a certificate of its own, or a named proxy that has one.
    """
    from crm.config import settings_from
    from crm.operations.listening import checked, listen
    from crm.operations.server import run

    log_quietly()
    try:
        where = checked(host, port, certificate, key, proxies)
        where.check_certificate()
        settings = settings_from()
        app = opened(replace(settings, https=settings.https or where.https), where.host)
        listener = listen(where.host, where.port)
    except CrmError as problem:
        say_problem(problem)
        raise SystemExit(STOPPED) from None
    run(app, where, listener, announce)


def log_quietly() -> None:
    """Logs as everywhere, without the diaries of the schema and of the queue."""
    import logging

    from crm.logs import configure_logging

    configure_logging()
    for name in ("alembic", "huey"):
        logging.getLogger(name).setLevel(logging.WARNING)


def announce(address: str) -> None:
    """Say where it is."""
    say(f"应办已启动：{address}  Yingban is running; Ctrl-C stops it.")


def opened(settings: object, host: str) -> Flask:
    """The application with its schema up to date, or the reason why it must not be served there."""
    from crm.app import create_app
    from crm.config import Settings
    from crm.operations.listening import is_loopback
    from crm.people.services import any_account

    assert isinstance(settings, Settings)
    app = create_app(settings)
    with app.app_context():
        if is_loopback(host):
            return app
        if not any_account():
            raise Misconfigured(
                "还没有管理员账号，此时对外开放，谁先打开谁就成了管理员。请先运行 crm 建立管理员。",
                "There is no administrator yet, and whoever came first would become one. Run crm first, to make one.",
            )
        _refuse_demo()
    return app


def _refuse_demo() -> None:
    from sqlalchemy import select

    from crm.demo import SEEDED
    from crm.extensions import db
    from crm.people.accounts import AuditRow

    if db.session.scalar(select(AuditRow.audit_id).where(AuditRow.action == SEEDED).limit(1)):
        raise Misconfigured(
            "这是演示数据，只能在本机（127.0.0.1）打开。正式使用请换一个 CRM_HOME。",
            "This is the demo company, which is served on this machine (127.0.0.1) only. "
            "Choose another CRM_HOME for real use.",
        )

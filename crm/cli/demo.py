"""`crm demo`: the web application with a lifelike company, on this machine only."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import URL

from crm.cli.application import STOPPED, say_problem
from crm.cli.files import say
from crm.cli.serve import log_quietly, opened
from crm.config import Settings, settings_from
from crm.errors import CrmError, StoreProblem

HOST = "127.0.0.1"
DATABASE = "crm.sqlite3"


@click.command()
@click.option(
    "--home",
    default="var/demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The demo's own folder.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--fresh", is_flag=True, help="Make the company anew; what was typed into the old one is lost.")
@click.option("--only-seed", is_flag=True, help="Make the company, and do not serve it.")
def demo(home: Path, port: int, fresh: bool, only_seed: bool) -> None:
    """Try the program: a property company with two projects, whose records end yesterday.

    It lives in a folder of its own and is served on 127.0.0.1 only, on the next free port where PORT is taken.
    """
    from crm.operations.listening import Listening, listen_nearby
    from crm.operations.server import run

    log_quietly()
    try:
        settings = _settings(home.absolute())
        accounts = _accounts(settings, fresh)
        if only_seed:
            say(accounts)
            return
        app = opened(settings, HOST)
        listener = listen_nearby(HOST, port)
    except CrmError as problem:
        say_problem(problem)
        raise SystemExit(STOPPED) from None
    where = Listening(HOST, port)
    run(app, where, listener, lambda address: _announce(address, accounts, home))


def _settings(home: Path) -> Settings:
    """Those of the environment, but with the demo's own home and file: no other database is ever touched."""
    settings = settings_from({"CRM_HOME": str(home)})
    return replace(settings, database_url=URL.create("sqlite", database=str(home / DATABASE)))


def _accounts(settings: Settings, fresh: bool) -> str:
    """The accounts to print, after making the company where there is none."""
    from crm.clock import now, stopwatch
    from crm.demo.accounts import keep, kept
    from crm.demo.seed import seed

    database = Path(str(settings.database_url.database))
    if database.exists():
        refuse_real(database)
    if fresh:
        _forget(settings.home)
    if database.exists():
        return (
            kept(settings.home)
            or "  （账号文件已删除；--fresh 可重新生成。 The accounts file is gone; see --fresh.）\n"
        )
    began = stopwatch()
    say("正在准备演示公司 Preparing the demo company …")
    text = keep(settings.home, seed(settings, now()))
    say(f"已就绪，用时 {stopwatch() - began:.1f} 秒。 Ready.")
    return text


def refuse_real(database: Path) -> None:
    """`StoreProblem` for a file that is not the demo company's: it is neither opened nor made anew."""
    from crm.demo import SEEDED

    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM audit_log WHERE action = ? LIMIT 1", (SEEDED,))
            if found.fetchone():
                return
    except sqlite3.Error:
        pass
    raise StoreProblem(
        f"{database} 不是演示数据，未打开，也未作任何改动。请用 --home 另选文件夹。",
        f"{database} does not hold the demo company; it was neither opened nor changed. Choose another --home.",
    )


def _forget(home: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".gate"):
        (home / f"{DATABASE}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(home / "uploads", ignore_errors=True)


def _announce(address: str, accounts: str, home: Path) -> None:
    """Where it is, who may sign in, and what to do when the records have grown old."""
    say("")
    say(f"应办演示已启动 Yingban is running:  {address}")
    say("请用任一账号登录 Sign in as any of:")
    say(accounts.rstrip("\n"))
    say(f"账号也保存在 The accounts are kept in {home / 'accounts.txt'}；Ctrl-C 停止 stops it。")
    if sentence := _age(home):
        say(sentence)


def _age(home: Path) -> str:
    import datetime as dt

    from crm.clock import SHANGHAI, today

    path = home / "accounts.txt"
    if not path.exists():
        return ""
    made = dt.datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).date()
    if made == today():
        return ""
    return f"演示数据做于 {made}。 Made on {made}; up to date again with: crm demo --fresh"

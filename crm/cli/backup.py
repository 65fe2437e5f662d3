"""`crm backup` and `crm restore`."""

from pathlib import Path

import click
from sqlalchemy import Engine

from crm.cli.application import STOPPED, actor, application
from crm.cli.files import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--keep", type=click.IntRange(1), help="In a folder: delete all but the newest so many backups."
)
def backup(file: Path, keep: int | None) -> None:
    """Copy the whole database to FILE while people work, and check the copy by opening it.

    FILE must not exist. Where it is a folder, the backup gets a name with date and time. It holds everything,
    telephone numbers too, and only its owner may read it: keep it on another machine.
    """
    from crm.clock import now, stopwatch
    from crm.extensions import db
    from crm.operations.backup import back_up, file_name
    from crm.operations.state import BACKED_UP
    from crm.people import audit

    if keep and not file.is_dir():
        say(f"--keep 只用于文件夹，{file} 不是。 --keep is for a folder, which {file} is not.")
        raise SystemExit(STOPPED)
    with application():
        began, at = stopwatch(), now()
        target = file / file_name(db.engine, at) if file.is_dir() else file
        done = back_up(db.engine, target)
        size = target.stat().st_size
        audit.record(actor(), BACKED_UP, target.name, at=at, rows=done.total, bytes=size)
        say(
            f"已备份到 {target}：{done.total:,} 行，{size / 1e6:,.1f} MB，{stopwatch() - began:.1f} 秒，检查无误。 "
            "Backed up and checked."
        )
        if keep:
            _keep(file, keep, db.engine)


def _keep(folder: Path, number: int, engine: Engine) -> None:
    from crm.clock import now
    from crm.operations.backup import file_name

    suffix = Path(file_name(engine, now())).suffix
    old = sorted(folder.glob(f"yingban-????????-??????{suffix}"))[:-number]
    for path in old:
        path.unlink()
    if old:
        say(f"已删除 {len(old)} 份旧备份。 Deleted {len(old)} old ones.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put the backup FILE where there is no database yet (CRM_DATABASE_URL), and bring it up to date.

    Whatever is there already is never overwritten: move it away first.
    """
    from crm.clock import now
    from crm.extensions import db
    from crm.operations.backup import restore as put_back
    from crm.people import audit

    with application(ready=True):
        done = put_back(db.engine, file)
        audit.record(actor(), "backup.restored", file.name, at=now(), rows=done.total)
        where = db.engine.url.render_as_string(hide_password=True)
        say(f"已恢复到 {where}：{done.total:,} 行。 Restored.")

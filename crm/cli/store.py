"""`crm import` and `crm export`: the workbook's door to the database."""

from pathlib import Path

import click

from crm.cli.application import STOPPED, actor, application
from crm.cli.files import progress_bar, say, say_warnings
from crm.cli.options import language


@click.command("import")
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only check; store nothing.")
@language
def import_(workbook: Path, check: bool, lang: str) -> None:
    """Store the rows of WORKBOOK (.xlsx, a folder or a .zip of CSV): all of them, or none.

    A row that is stored already with the same content changes nothing; with other content it is updated, and
    the history keeps both. Nothing is ever deleted.
    """
    from crm.clock import now
    from crm.exchange.services import Importer, import_workbook
    from crm.workbook.faults import WorkbookError

    with application(), progress_bar(lang) as progress:
        try:
            done = import_workbook(
                workbook, Importer(actor()), now(), lang=lang, check_only=check, progress=progress
            )
        except WorkbookError as error:
            say(error.sentence(lang))
            raise SystemExit(STOPPED) from None
    say_warnings(done.warnings, lang)
    from crm.exchange.words import summary

    for line in summary(done, lang, check_only=check):
        click.echo(line)


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--headers", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Headers.")
@language
def export(workbook: Path, headers: str, lang: str) -> None:
    """Write all stored rows to WORKBOOK (.xlsx, .zip or a folder); it replays the same.

    The file holds every customer's name and number, so the audit log says who had it written.
    """
    from crm.clock import now
    from crm.exchange.services import export_workbook
    from crm.people import audit
    from crm.workbook.write_files import UnwritableFile

    with application():
        try:
            tables = export_workbook(workbook, headers=headers)
            counts = {name: len(frame) for name, frame in tables.frames.items() if len(frame)}
            audit.record(actor(), "workbook.exported", workbook.name, at=now(), rows=counts)
        except UnwritableFile as error:
            say(error.sentence(lang))
            raise SystemExit(STOPPED) from None
    rows = sum(len(frame) for frame in tables.frames.values())
    say(f"已导出 {rows:,} 行到 {workbook}。" if lang == "zh" else f"Wrote {rows:,} rows to {workbook}.")

"""`crm template`: an empty workbook to fill in."""

import click

from crm.cli.files import give_up, say
from crm.cli.options import language


@click.command()
@click.argument("path", metavar="FILE.xlsx", type=click.Path())
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@language
def template(path: str, force: bool, lang: str) -> None:
    """Write an empty workbook with Chinese headers and explanations, to fill in."""
    from pathlib import Path

    from crm.workbook.template import write_template
    from crm.workbook.write_files import UnwritableFile

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{path}: 文件名应以 .xlsx 结尾 (the name must end in .xlsx)")
    if target.exists() and not force:
        raise click.UsageError(
            f"{path}: 文件已存在，覆盖请加 --force (is there already; --force writes over it)"
        )
    try:
        write_template(target)
    except UnwritableFile as error:
        give_up(error.sentence(lang))
    done = f"已写好 {path};填好后:crm replay {path} --from 2026-10-01 --to 2026-10-31"
    say(done if lang == "zh" else f"{path} is written; once filled in: crm replay {path} --from … --to …")

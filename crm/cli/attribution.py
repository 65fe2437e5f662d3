"""`crm attribution suggest`: whose deal section 9 of the rulebook says that it is."""

import json

import click
from rich.table import Table

from crm.cli.files import read_parameters, read_tables
from crm.cli.options import language, output_format, rulebook_file
from crm.cli.output import console, names_of
from crm.rulebook.attribution import Suggestion, UnknownDeal
from crm.rulebook.attribution import suggest as suggest_for
from crm.rulebook.tables import Tables


@click.group()
def attribution() -> None:
    """Whose deal is it? (成交归属)"""


@attribution.command()
@click.argument("workbook", type=click.Path())
@click.argument("deal_id")
@output_format("table", "json")
@rulebook_file
@language
def suggest(workbook: str, deal_id: str, form: str, rulebook: str | None, lang: str) -> None:
    """Print to whom DEAL_ID should be attributed, and on what that rests; a manager rules."""
    parameters = read_parameters(rulebook)
    tables = read_tables(workbook, lang)
    try:
        suggestion = suggest_for(tables, parameters, deal_id)
    except UnknownDeal:
        raise click.UsageError(f"{deal_id}: 成交表中没有这笔成交 (there is no such deal)") from None
    if form == "json":
        click.echo(json.dumps(suggestion, ensure_ascii=False, indent=2))
    else:
        _print_table(suggestion, tables, lang)


def _print_table(suggestion: Suggestion, tables: Tables, lang: str) -> None:
    screen, staff = console(), names_of(tables, "staff", "staff_id")
    who = suggestion["suggested"]
    if who is None:
        nobody = (
            "没有候选人：成交之前没有顾问与客户接触过。"
            if lang == "zh"
            else "No candidates: nobody had contact."
        )
        screen.print(nobody)
        return
    heads = (
        ("候选人", "首次接触", "最近接触", "保护未断", "成交时受保护", "经由客户")
        if lang == "zh"
        else ("Candidate", "First contact", "Last contact", "Unbroken", "Protected", "Via")
    )
    table = Table(*heads)
    for one in suggestion["candidates"]:
        table.add_row(
            f"{staff.get(one['staff_id'], '')} {one['staff_id']}",
            one["first_contact_at"].replace("T", " "),
            one["last_contact_at"].replace("T", " "),
            "✓" if one["unbroken"] else "",
            "✓" if one["protected"] else "",
            ", ".join(one["via"]),
        )
    screen.print(table)
    name = f"{staff.get(who, '')} {who}"
    screen.print(
        f"建议归属:[bold]{name}[/](由经理裁定)"
        if lang == "zh"
        else f"Suggested: [bold]{name}[/]; a manager rules"
    )

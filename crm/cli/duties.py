"""`crm duties`: what is due on a date."""

from datetime import date, timedelta

import click
from rich.table import Table

from crm.cli.files import read_parameters, read_tables
from crm.cli.options import DateType, language, output_format, rulebook_file
from crm.cli.output import console, names_of, print_csv, print_json
from crm.cli.replay import say_uncovered
from crm.rulebook.duties import COLUMNS, columns_as_text
from crm.rulebook.duties import duties as duties_on
from crm.rulebook.tables import Tables

_KINDS = {
    "zh": {"callin": "来电未访，每天联系", "followup": "追踪", "report": "日报"},
    "en": {"callin": "caller, daily", "followup": "follow-up", "report": "daily report"},
}
_LOOKED_AHEAD = timedelta(days=14)
"""Due dates slide over holidays: the calendar of the days after the date matters too."""


@click.command()
@click.argument("workbook", type=click.Path())
@click.option("--on", type=DateType(), required=True, help="The date, which is also the as-of.")
@output_format("table", "csv", "json")
@rulebook_file
@language
def duties(workbook: str, on: date, form: str, rulebook: str | None, lang: str) -> None:
    """Print what is due on a date: whom to contact, which reports, what is overdue."""
    parameters = read_parameters(rulebook)
    tables = read_tables(workbook, lang)
    columns = columns_as_text(duties_on(tables, parameters, on))
    say_uncovered(tables, parameters, on + _LOOKED_AHEAD, lang)
    if form == "table":
        _print_table(columns, tables, lang)
    else:
        (print_csv if form == "csv" else print_json)(COLUMNS, columns)


def _print_table(columns: list[list[str]], tables: Tables, lang: str) -> None:
    screen = console()
    if not columns[0]:
        screen.print("这一天没有任何到期事项。" if lang == "zh" else "Nothing is due on this date.")
        return
    staff, customers = names_of(tables, "staff", "staff_id"), names_of(tables, "customers", "customer_id")
    heads = (
        ("员工", "事项", "客户", "到期", "完成", "逾期自", "漏做扣罚")
        if lang == "zh"
        else ("Who", "Duty", "Customer", "Due", "Done", "Overdue since", "Cost of a miss")
    )
    table = Table(*heads)
    for kind, customer, who, due, done, overdue, cost in zip(*columns, strict=True):
        table.add_row(
            f"{staff.get(who, '')} {who}",
            _KINDS[lang][kind],
            f"{customers.get(customer, '')} {customer}".strip(),
            due,
            "[green]✓[/]" if done == "1" else "",
            f"[red]{overdue}[/]" if overdue else "",
            cost,
        )
    screen.print(table)

"""`crm rules`: the rulebook in force."""

from datetime import date

import click
from rich.table import Table

from crm.cli.files import read_parameters
from crm.cli.options import language, output_format, rulebook_file
from crm.cli.output import console, print_csv, print_json
from crm.rulebook.catalogue import Rule
from crm.rulebook.catalogue import rules as all_rules
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import NO_DAY, date_of

_RULES = ["rule", "section", "clause", "amount", "parameters", "source"]


@click.command()
@output_format("table", "csv", "json")
@rulebook_file
@language
def rules(form: str, rulebook: str | None, lang: str) -> None:
    """Print the rulebook in force: rule, clause, amount, parameters and source text."""
    parameters = read_parameters(rulebook)
    if form == "table":
        _print_tables(parameters, lang)
        return
    rows = [
        [rule.code, rule.section, rule.clause, rule.amount, _listed(rule, parameters), rule.source]
        for rule in all_rules()
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    (print_csv if form == "csv" else print_json)(_RULES, columns)


def _listed(rule: Rule, parameters: Parameters) -> str:
    return "; ".join(f"{name} = {values_of(parameters, name)}" for name in rule.parameters)


def values_of(parameters: Parameters, name: str) -> str:
    """The values of a parameter as one line: `3`, or `3, 4 (2026-10-01 →)`; `—` where it is not set."""
    shown = []
    for first, value in parameters.terms[name].steps:
        text = value.isoformat() if isinstance(value, date) else f"{value}"
        shown.append(text if first == NO_DAY else f"{text} ({date_of(first)} →)")
    return ", ".join(shown) or "—"


def _print_tables(parameters: Parameters, lang: str) -> None:
    screen = console()
    zh = lang == "zh"
    table = Table(*(("规则", "条款", "金额", "原文") if zh else ("Rule", "Clause", "Amount", "Source text")))
    for rule in all_rules():
        named = f"[bold]{rule.title(lang)}[/]\n{rule.code}"
        table.add_row(
            f"{rule.section} {named}", rule.clause, rule.amount or "—", rule.source, end_section=True
        )
    screen.print(table)
    heads = (
        ("参数", "取值", "单位", "规则", "条款", "含义")
        if zh
        else ("Parameter", "Value", "Unit", "Rule", "Clause", "Meaning")
    )
    terms = Table(*heads)
    for name, term in parameters.terms.items():
        meaning = term.zh if zh else term.en
        terms.add_row(name, values_of(parameters, name), term.unit, term.rule, term.clause, meaning)
    screen.print(terms)

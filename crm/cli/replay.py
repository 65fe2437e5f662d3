"""`crm replay`: what a workbook's records mean under the rulebook, with no database."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click
import numpy as np
import pandas as pd

from crm.cli.files import read_parameters, read_tables, say
from crm.cli.options import (
    check_period,
    language,
    narrowing,
    output_format,
    period,
    rulebook_file,
    spread_over,
    spreading,
)
from crm.cli.output import print_entries
from crm.rulebook.engine import evaluate, uncovered
from crm.rulebook.parameters import Parameters
from crm.rulebook.people import codes_in
from crm.rulebook.quotas import months_without_cut
from crm.rulebook.tables import Tables
from crm.rulebook.terms import terms_of


@click.command()
@click.argument("workbook", type=click.Path())
@period
@output_format("table", "csv", "json")
@rulebook_file
@narrowing
@language
@spreading
def replay(
    workbook: str,
    since: date,
    until: date,
    form: str,
    rulebook: str | None,
    projects: tuple[str, ...],
    people: tuple[str, ...],
    lang: str,
    jobs: int,
    dask: str | None,
) -> None:
    """Apply the rulebook to WORKBOOK (.xlsx, a folder or a .zip of CSV) and print the entries.

    Prints what was earned and forfeited from --from to --to, which is also the as-of, and why.
    """
    check_period(since, until)
    parameters = read_parameters(rulebook)
    with no_collector():
        tables = read_tables(workbook, lang)
        print_evaluated(tables, parameters, since, until, form, projects, people, lang, jobs, dask)


@contextmanager
def no_collector() -> Iterator[None]:
    """Without looking for garbage: reading, computing and printing leave none worth the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def print_evaluated(
    tables: Tables,
    parameters: Parameters,
    since: date,
    until: date,
    form: str,
    projects: tuple[str, ...],
    people: tuple[str, ...],
    lang: str,
    jobs: int,
    dask: str | None,
) -> None:
    """Evaluate, narrow and print; the one way of `replay` and of `settle`, so that both print the same."""
    check_names(tables, projects, people)
    with spread_over(jobs, dask) as (executor, shards):
        entries = evaluate(tables, parameters, since, until, lang=lang, executor=executor, shards=shards)
    say_notices(tables, parameters, until, entries, lang)
    print_entries(narrowed(entries, tables, projects, people), tables, form, lang)


def check_names(tables: Tables, projects: tuple[str, ...], people: tuple[str, ...]) -> None:
    """A usage error where `--project` or `--staff` names nothing."""
    staff = tables["staff"]
    known_projects = {*staff["project"].astype(object), *tables["terms"]["project"].astype(object)}
    known_people = set(staff["staff_id"].astype(object))
    for option, known, given in (
        ("--project", known_projects, projects),
        ("--staff", known_people, people),
    ):
        unknown = sorted(set(given) - known)
        if unknown:
            raise click.UsageError(f"{option} {unknown[0]}: 员工表中没有 (not in the staff table)")


def narrowed(
    entries: pd.DataFrame, tables: Tables, projects: tuple[str, ...], people: tuple[str, ...]
) -> pd.DataFrame:
    """Only the entries of these people, and of who was in these projects on the entry's date; where any are named."""
    if projects:
        staff = tables["staff"]
        ids = list(staff["staff_id"].astype(object))
        terms = terms_of(tables, staff, ids)
        held = terms.at(codes_in(ids, entries["staff_id"]), entries["on"].to_numpy())
        entries = entries[np.isin(np.array(terms.project, dtype=object)[held], projects)]
    if people:
        entries = entries[entries["staff_id"].isin(people)]
    return entries.reset_index(drop=True)


def say_notices(
    tables: Tables, parameters: Parameters, until: date, entries: pd.DataFrame, lang: str
) -> None:
    """What the run had to assume, once, on standard error."""
    say_uncovered(tables, parameters, until, lang)
    missed = entries["on"][entries["rule"] == "quota-missed"].to_numpy()
    months = months_without_cut(parameters, missed)
    if months:
        listed = ", ".join(months)
        say(
            f"提醒：{listed} 有人未完成任务，但 commission_points_cut 未设定，提成点数没有降低。"
            if lang == "zh"
            else f"Warning: {listed}: quotas were missed, but commission_points_cut is not set, so no points are cut."
        )


def say_uncovered(tables: Tables, parameters: Parameters, until: date, lang: str) -> None:
    """Name the years for which Monday to Friday stands in for the official calendar."""
    years = ", ".join(map(str, uncovered(tables, parameters, until)))
    if years:
        say(
            f"提醒：{years} 年没有法定日历，按周一至周五计；请在 calendar（日历）表中填写。"
            if lang == "zh"
            else f"Warning: no official calendar for {years}, so Monday to Friday is used; a calendar sheet settles it."
        )

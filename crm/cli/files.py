"""Reading what a command was given: the workbook with its progress and warnings, the rulebook file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from crm.rulebook.parameters import Parameters, load
from crm.rulebook.tables import Tables
from crm.workbook.faults import Fault, WorkbookError, format_faults
from crm.workbook.read import Progress, read_workbook

FAULTY = 1
"""The exit status of a command whose file has faults."""
_LARGE = 8 * 1024 * 1024
"""Bytes from which reading takes long enough to show a bar."""


def say(sentence: str) -> None:
    """A sentence for the person at the terminal; standard output is for data only."""
    click.echo(sentence, err=True)


def give_up(sentence: str) -> NoReturn:
    """Say why the file cannot be used, and end with the status for faults."""
    say(sentence)
    raise SystemExit(FAULTY)


def read_tables(path: str, lang: str) -> Tables:
    """The workbook's tables; warnings are said, faults end the command with status 1.

    What the calendar does not cover is not said here: only the dates that a command looks at matter.
    """
    try:
        with progress_bar(lang) as progress:
            workbook = read_workbook(path, lang=lang, progress=progress)
    except WorkbookError as error:
        give_up(error.sentence(lang))
    say_warnings([fault for fault in workbook.warnings if fault.table != "calendar" or fault.row], lang)
    return workbook.tables


def say_warnings(warnings: list[Fault], lang: str) -> None:
    """List the warnings, which stop nothing."""
    if warnings:
        say("提醒（不影响计算）：" if lang == "zh" else "Warnings, which stop nothing:")
        say(format_faults(warnings, lang, warnings=True))


def read_parameters(path: str | None) -> Parameters:
    """The rulebook in force, with the file's parameters laid over it; a fault in it ends with status 1."""
    try:
        return load(None if path is None else Path(path))
    except OSError as error:
        give_up(f"{path}: 无法读取 (cannot be read): {error.strerror}")
    except ValueError as error:
        give_up(str(error))


@contextmanager
def progress_bar(lang: str) -> Iterator[Progress | None]:
    """A bar on standard error for a large file, where a person is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task: TaskID | None = None

        def advance(done: int, total: int, what: str) -> None:
            nonlocal task
            if total < _LARGE:
                return
            if task is None:
                task = bar.add_task("读取" if lang == "zh" else "Reading", total=total)
            bar.update(task, completed=done, total=total)

        yield advance

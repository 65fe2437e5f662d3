"""Options that several commands share."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

language = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the evidence.",
)
rulebook_file = click.option(
    "--rulebook",
    type=click.Path(dir_okay=False),
    help="A TOML file of parameters that override the rulebook's by name.",
)


class DateType(click.ParamType[date]):
    """A date such as 2026-10-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error that says what was expected."""
        if isinstance(value, date):
            return value
        for form in ("%Y-%m-%d", "%Y/%m/%d"):
            try:
                return datetime.strptime(str(value), form).date()
            except ValueError:
                continue
        self.fail(
            f"「{value}」不是日期，应为 2026-10-31 这样 (expected a date such as 2026-10-31)", param, ctx
        )


def output_format(*choices: str) -> Callable[[Command], Command]:
    """`--format`, the first choice being the default."""
    return click.option(
        "--format", "form", type=click.Choice(choices), default=choices[0], show_default=True, help="Output."
    )


def period(command: Command) -> Command:
    """`--from` and `--to`, both included."""
    command = click.option("--to", "until", type=DateType(), required=True, help="Last date, and the as-of.")(
        command
    )
    return click.option("--from", "since", type=DateType(), required=True, help="First date.")(command)


def spreading(command: Command) -> Command:
    """`--jobs` and `--dask`."""
    command = click.option("--dask", metavar="ADDRESS", help="Spread the work over this Dask cluster.")(
        command
    )
    return click.option(
        "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Spread over N processes."
    )(command)


def narrowing(command: Command) -> Command:
    """`--project` and `--staff`, each as often as wanted."""
    command = click.option("--staff", "people", multiple=True, metavar="ID", help="Only these people.")(
        command
    )
    return click.option("--project", "projects", multiple=True, metavar="NAME", help="Only these projects.")(
        command
    )


def check_period(since: date, until: date) -> None:
    """A usage error where the period ends before it begins."""
    if since > until:
        message = f"--from {since} 晚于 --to {until} (the period ends before it begins)"
        raise click.UsageError(message)


@contextmanager
def spread_over(jobs: int, dask: str | None) -> Iterator[tuple[Executor | None, int]]:
    """The executor that the options ask for, and how many shards to make for it."""
    if dask is not None:
        with _dask_executor(dask) as (executor, workers):
            yield executor, max(jobs, workers)
    elif jobs > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # Not forked: a process that has started pyarrow's threads must not be copied.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            yield pool, jobs
    else:
        yield None, 1


@contextmanager
def _dask_executor(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError:
        message = "--dask 需要额外安装 (needs the extra): pip install 'yingban-crm[dask]'"
        raise click.UsageError(message) from None
    try:
        client = Client(address, timeout="5s")
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--dask {address}: 连接不上 (cannot be reached): {error}") from None
    with client:
        yield client.get_executor(), max(len(client.scheduler_info()["workers"]), 1)

"""`crm settle` and `crm worker`: the entries printed, the ledger posted, the nightly work."""

from datetime import date

import click

from crm.cli.application import actor, application
from crm.cli.files import say
from crm.cli.options import DateType, check_period, language, narrowing, output_format, spreading


@click.command()
@click.option("--open", "post", is_flag=True, help="Post the open span to the ledger, up to yesterday.")
@click.option("--from", "since", type=DateType(), help="First date.")
@click.option("--to", "until", type=DateType(), help="Last date, and the as-of.")
@output_format("table", "csv", "json")
@narrowing
@language
@spreading
def settle(
    post: bool,
    since: date | None,
    until: date | None,
    form: str,
    projects: tuple[str, ...],
    people: tuple[str, ...],
    lang: str,
    jobs: int,
    dask: str | None,
) -> None:
    """Apply the rulebook to the stored records: print the entries of a period, or post them to the ledger.

    With --from and --to prints what `crm replay` prints of the same records; it only prints, it never writes.
    With --open posts everything up to yesterday to the ledger. What a record can still undo stays provisional;
    what changed since is corrected by rows of its own. Posting again posts nothing twice.
    """
    if post:
        if since or until or projects or people or dask or jobs != 1:
            raise click.UsageError("--open 不与其他选项同用 (--open goes alone, with --lang at most)")
        _settle_open(lang)
        return
    if since is None or until is None:
        raise click.UsageError("请给出 --open,或 --from 和 --to (give --open, or --from and --to)")
    check_period(since, until)
    from crm.cli.replay import print_evaluated
    from crm.exchange.services import settlement_basis

    with application():
        tables, parameters = settlement_basis()
    print_evaluated(tables, parameters, since, until, form, projects, people, lang, jobs, dask)


def _settle_open(lang: str) -> None:
    from crm.clock import now
    from crm.penalties.settling import settle_open

    with application():
        done = settle_open(now(), actor())
    if lang == "zh":
        say(
            f"已结算到 {done.until}:过账 {done.posted} 笔(其中补记 {done.late} 笔),"
            f"冲销 {done.reversed} 笔，未定 {done.provisional} 笔。"
        )
    else:
        say(
            f"Settled up to {done.until}: {done.posted} posted ({done.late} of them late), "
            f"{done.reversed} reversed, {done.provisional} provisional."
        )


@click.command()
def worker() -> None:
    """Do the nightly work (duties at 00:05, settlement at 00:30, Shanghai time) until stopped.

    Needed beside web servers that run without it; `crm serve` on one machine does it by itself. What was slept
    through last night is done first.
    """
    from crm.cli.serve import log_quietly
    from crm.jobs import work_forever

    log_quietly()
    with application() as app:
        say("夜间任务已启动，按 Ctrl+C 停止。 The nightly work has begun; Ctrl+C stops it.")
        work_forever(app)

"""`crm close` and `crm verify`: a month fixed, and the books looked through."""

import sys

import click

from crm.cli.application import STOPPED, actor, application
from crm.cli.files import say
from crm.cli.options import language


@click.command("close")
@click.argument("month")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language
def close(month: str, yes: bool, lang: str) -> None:
    """Fix MONTH (2026-10): its entries, the rulebook's version and the calendar; later changes become corrections.

    Settles first. Refused while a record can still undo an entry of the month, or an earlier month is open.
    """
    from crm.clock import now
    from crm.penalties.closing import checked_month, close_month

    with application():
        chosen = checked_month(month)
        if not yes and sys.stdin.isatty():
            question = {
                "zh": f"结账后不能撤销。确定结 {chosen} 吗？",
                "en": f"This cannot be undone. Close {chosen}?",
            }
            click.confirm(question[lang], abort=True, err=True)
        done = close_month(chosen, now(), actor())
        zh = f"{done.month} 已结账：{done.entries} 笔，合计 {done.amount} 元，规则 {done.rulebook}。\n摘要 {done.digest}"
        en = (
            f"{done.month} is closed: {done.entries} entries, {done.amount} yuan in all, rulebook {done.rulebook}.\n"
            f"Digest {done.digest}"
        )
    say(zh if lang == "zh" else en)


@click.command()
@click.option("--all", "every", is_flag=True, help="Name everything that is wrong, not only the first.")
@click.option(
    "--reseal", is_flag=True, help="After the program's key was changed on purpose: seal with the new key."
)
@language
def verify(every: bool, reseal: bool, lang: str) -> None:
    """Look through the ledger, its settlements, closings and objections; status 1 names the first row that is wrong.

    Finds rows that were changed, removed, inserted or moved by something other than this program, and triggers that
    no longer protect them.
    """
    from crm.penalties.verifying import look_through
    from crm.transactions import snapshot

    with application():
        if reseal:
            _reseal(lang)
        with snapshot() as session:
            looked = look_through(session)
    if looked.faults:
        for fault in looked.faults if every else looked.faults[:1]:
            click.echo(fault.sentence(lang))
        raise SystemExit(STOPPED)
    rows = looked.rows
    zh = (
        f"账本完好：{rows['ledger']} 笔奖罚，{rows['settlements']} 次结算，{rows['closings']} 次结账，"
        f"{rows['objections']} 条异议。最后一笔的摘要 {looked.ledger_digest or '无'}"
    )
    en = (
        f"The books are whole: {rows['ledger']} entries, {rows['settlements']} settlements, "
        f"{rows['closings']} closings, {rows['objections']} objections. "
        f"Digest of the last entry {looked.ledger_digest or 'none'}"
    )
    click.echo(zh if lang == "zh" else en)


def _reseal(lang: str) -> None:
    from crm.clock import now
    from crm.penalties.verifying import reseal

    fault = reseal(now(), actor())
    if fault is not None:
        click.echo(fault.sentence(lang))
        raise SystemExit(STOPPED)
    say("已用现在的密钥重新封存。" if lang == "zh" else "Sealed anew with the present key.")

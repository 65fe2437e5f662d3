"""`crm` alone: the first administrator where there is none yet, otherwise how things stand."""

import datetime as dt

import click

from crm.cli.application import STOPPED, application
from crm.cli.files import say
from crm.errors import CrmError, Invalid


def begin(ctx: click.Context) -> None:
    """Walk through the first start on an empty database; show the state and the help otherwise."""
    from crm.people.services import any_account

    with application():
        if any_account():
            _show_state()
        else:
            _walk_through()
            return
    click.echo()
    click.echo(ctx.get_help())


def _walk_through() -> None:
    say("还没有管理员，现在来建立第一个。按 Ctrl-C 取消，什么也不会保存。")
    say("There is no administrator yet; let us make the first. Ctrl-C cancels, and nothing is kept.")
    say("")
    try:
        login = _start()
    except (click.Abort, EOFError):
        say(
            "\n已取消，没有保存任何内容。运行 crm --help 查看命令。 Cancelled; nothing was kept. See crm --help."
        )
        raise SystemExit(STOPPED) from None
    say("")
    say(f"已建立，账号为 {login}。接着运行 crm serve，再在浏览器中登录。")
    say(f"Done: {login} administers it. Now run crm serve and sign in with the browser.")
    say(
        "随后录入员工，或用 crm import 导入工作簿。 Then add the staff, or import a workbook with crm import."
    )


def _start() -> str:
    """Ask until everything is right, then store it; gives the sign-in name."""
    from crm.clock import now
    from crm.people.services import FirstStart, start_company

    company = _asked("公司名称 Company")
    project = _asked("第一个项目 First project")
    records = _asked_date(
        "从哪天起有完整记录（空：自入职起） Records are kept since (empty: since each was hired)"
    )
    name = _asked("您的姓名 Your name")
    while True:
        login = _asked("登录账号 Sign-in name")
        password = click.prompt(
            "密码，至少 8 个字符 Password, at least 8 characters",
            hide_input=True,
            confirmation_prompt=True,
            err=True,
        )
        try:
            account = start_company(FirstStart(company, project, records, name, login, password), now())
            return str(account.login)
        except Invalid as problem:
            _say_both(problem)


def _say_both(problem: CrmError) -> None:
    say(problem.sentence("zh"))
    say(problem.sentence("en"))


def _asked(question: str) -> str:
    while True:
        answer = str(click.prompt(question, err=True)).strip()
        if 0 < len(answer) <= 100:
            return answer
        say("请填写，最多 100 个字符。 Between 1 and 100 characters, please.")


def _asked_date(question: str) -> dt.date | None:
    while True:
        answer = str(click.prompt(question, default="", show_default=False, err=True)).strip()
        if not answer:
            return None
        try:
            return dt.date.fromisoformat(answer)
        except ValueError:
            say("日期应写成 2026-10-01。 A date is written as 2026-10-01.")


def _show_state() -> None:
    from crm.extensions import db
    from crm.operations.state import state_lines

    for line in state_lines(db.engine):
        click.echo(line)

"""What an administrator should know before something breaks: each check is one sentence and a verdict.

`bad` is wrong now and makes `crm doctor` end with 1; `soon` becomes wrong if nothing is done; `good` is fine.
"""

import datetime as dt
import platform
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from crm.config import Settings
from crm.errors import CrmError
from crm.extensions import db
from crm.operations import versions
from crm.operations.state import last_backup
from crm.people.accounts import Account
from crm.store.engine import database_file
from crm.store.schema import current_revision, head_revision

GOOD, SOON, BAD = "good", "soon", "bad"
LEAST_FREE_BYTES = 500_000_000
BACKUP_SOON, BACKUP_BAD = dt.timedelta(hours=30), dt.timedelta(days=7)
CALENDAR_AHEAD = dt.timedelta(days=45)


@dataclass(frozen=True)
class Finding:
    """A check's verdict and its sentences."""

    name: str
    verdict: str
    zh: str
    en: str

    def sentence(self, lang: str) -> str:
        """The sentence in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


def examine(engine: Engine, settings: Settings, now: dt.datetime, *, thorough: bool = False) -> list[Finding]:
    """All checks, in the order in which they are read; one that cannot be made is a finding too.

    A thorough examination also computes everybody's duties anew and looks through the ledger, which takes a while in
    a large company.
    """
    findings = [*check_versions(engine), check_disk(engine, settings), check_key(settings), check_time_zone()]
    try:
        findings.append(check_schema(engine))
        if findings[-1].verdict == GOOD:
            findings += [check_backup(now), check_calendar(now.date())]
            findings += [check_duties(), check_holdings(), check_books()] if thorough else []
    except (CrmError, SQLAlchemyError) as problem:
        zh = problem.zh if isinstance(problem, CrmError) else f"无法读取数据库：{problem}"
        en = problem.en if isinstance(problem, CrmError) else f"The database cannot be read: {problem}"
        findings.append(Finding("database", BAD, zh, en))
    return findings


def check_versions(engine: Engine) -> Iterator[Finding]:
    """SQLite where it holds the rows, Python, Flask."""
    if database_file(engine):
        fault = versions.sqlite_fault(versions.parsed(sqlite3.sqlite_version))
        yield _version(
            "SQLite",
            sqlite3.sqlite_version,
            fault,
            "WAL 复位时可能损坏数据库，请升级到 3.51.3 或更新",
            "it can damage the database when its log is reset; take 3.51.3 or later",
        )
    python = platform.python_version()
    yield _version(
        "Python",
        python,
        versions.python_fault(versions.parsed(python)),
        "读取 zip 有漏洞，请升级",
        "it reads zip files unsafely; take a newer one",
    )
    flask = version("flask")
    fault = versions.flask_fault(versions.parsed(flask))
    yield _version("Flask", flask, fault, "请升级到 3.1.3 或更新", "take 3.1.3 or later")


def _version(name: str, found: str, fault: str, zh: str, en: str) -> Finding:
    if fault:
        return Finding(
            name, BAD, f"{name} {found} 有已知缺陷（{fault}）：{zh}。", f"{name} {found} ({fault}): {en}."
        )
    return Finding(
        name, GOOD, f"{name} {found} 没有已知的严重缺陷。", f"{name} {found} has no known serious fault."
    )


def check_disk(engine: Engine, settings: Settings) -> Finding:
    """Room for the database to grow and for a backup beside it."""
    path = database_file(engine)
    place = path.parent if path else settings.home
    free = shutil.disk_usage(place).free
    needed = max(LEAST_FREE_BYTES, 2 * (path.stat().st_size if path and path.exists() else 0))
    megabytes, least = f"{free / 1e6:,.0f}", f"{needed / 1e6:,.0f}"
    if free < needed:
        return Finding(
            "disk",
            BAD,
            f"{place} 只剩 {megabytes} MB，至少应有 {least} MB。",
            f"Only {megabytes} MB are free at {place}; keep {least} MB at least.",
        )
    return Finding("disk", GOOD, f"{place} 还有 {megabytes} MB。", f"{megabytes} MB are free at {place}.")


def check_key(settings: Settings) -> Finding:
    """The secret key and the database are for their owner only."""
    open_to_others = [path for path in _secret_files(settings) if _others_may_read(path)]
    if open_to_others:
        names = "、".join(str(path) for path in open_to_others)
        return Finding(
            "key",
            BAD,
            f"其他用户能读取 {names}，请运行 chmod 600。",
            f"Others can read {', '.join(str(path) for path in open_to_others)}; run chmod 600.",
        )
    return Finding(
        "key", GOOD, "密钥与数据库只有本用户能读取。", "Only this user can read the key and the database."
    )


def _secret_files(settings: Settings) -> list[Path]:
    found = [settings.home / "secret.key"]
    if settings.database_url.drivername.startswith("sqlite"):
        found.append(Path(str(settings.database_url.database)))
    return [path for path in found if path.exists()]


def _others_may_read(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def check_time_zone() -> Finding:
    """Shanghai is known and eight hours ahead."""
    moment = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    try:
        right = moment.astimezone(ZoneInfo("Asia/Shanghai")).utcoffset() == dt.timedelta(hours=8)
    except ZoneInfoNotFoundError:
        right = False
    if right:
        return Finding("zone", GOOD, "时区数据正常。", "The time zone data are in order.")
    return Finding(
        "zone",
        BAD,
        "缺少 Asia/Shanghai 时区数据，请安装 tzdata。",
        "The time zone Asia/Shanghai is missing or wrong; install tzdata.",
    )


def check_schema(engine: Engine) -> Finding:
    """The database is at the program's schema."""
    found, head = current_revision(engine), head_revision()
    if found == head:
        return Finding(
            "schema", GOOD, f"数据库结构是最新的（{head}）。", f"The schema is up to date ({head})."
        )
    return Finding(
        "schema",
        BAD,
        f"数据库结构为 {found or '空'}，程序需要 {head}，请运行 crm db upgrade。",
        f"The schema is {found or 'empty'}, the program needs {head}; run crm db upgrade.",
    )


def check_backup(now: dt.datetime) -> Finding:
    """The last backup is of last night; nobody needs one before there is an account."""
    last = last_backup()
    if last is None and db.session.scalar(select(Account.account_id).limit(1)) is None:
        return Finding("backup", GOOD, "还没有数据，无需备份。", "There is nothing to back up yet.")
    if last is None:
        return Finding(
            "backup",
            BAD,
            "从未备份。请每晚运行 crm backup。",
            "There has never been a backup. Run crm backup every night.",
        )
    age = now - last
    verdict = GOOD if age <= BACKUP_SOON else SOON if age <= BACKUP_BAD else BAD
    hours = int(age.total_seconds() // 3600)
    return Finding(
        "backup",
        verdict,
        f"上次备份是 {last:%Y-%m-%d %H:%M}，{hours} 小时前。",
        f"The last backup was made on {last:%Y-%m-%d %H:%M}, {hours} hours ago.",
    )


def check_calendar(today: dt.date) -> Finding:
    """Public holidays are known for this year, and in good time for the next."""
    from crm.people.company_calendar import guessed_years

    ahead = today + CALENDAR_AHEAD
    guessed = guessed_years(today, ahead)
    if not guessed:
        return Finding("calendar", GOOD, "节假日日历已覆盖。", "The public holidays are known.")
    years = "、".join(str(year) for year in guessed)
    return Finding(
        "calendar",
        BAD if today.year in guessed else SOON,
        f"{years} 年的节假日未知，暂按周一至周五算工作日。请升级 chinesecalendar，或在“日历”中填写。",
        f"The public holidays of {years.replace('、', ', ')} are unknown, so Monday to Friday count as workdays. "
        "Update chinesecalendar, or fill the calendar in.",
    )


def check_duties() -> Finding:
    """The kept duties of today's lists are those that the rulebook gives now."""
    from crm.leads.worklist import differences

    found = differences(db.session())
    if not found:
        return Finding(
            "duties", GOOD, "今日任务与规则一致。", "The kept duties are those that the rulebook gives."
        )
    return Finding(
        "duties",
        BAD,
        f"{len(found)} 项今日任务与规则不一致，第一项：{found[0]}。零点过后会全部重算；请把这一行告诉开发者。",
        f"{len(found)} kept duties are not those that the rulebook gives, the first: {found[0]}. "
        "All are computed anew after midnight; please report this line.",
    )


def check_books() -> Finding:
    """Nothing but the program wrote to the ledger, as `crm verify` sees it."""
    from crm.penalties.verifying import look_through
    from crm.transactions import snapshot

    with snapshot() as session:
        faults = look_through(session).faults
    if not faults:
        return Finding("books", GOOD, "账本完好。", "The ledger and what belongs to it are whole.")
    return Finding(
        "books",
        BAD,
        f"{faults[0].zh}crm verify --all 列出全部。",
        f"{faults[0].en} crm verify --all lists everything.",
    )


def check_holdings() -> Finding:
    """Whom each customer is with is what the first owners and the transfers say."""
    from crm.leads.holdings import differences

    found = differences(db.session())
    if not found:
        return Finding(
            "holdings", GOOD, "客户归属与移交记录一致。", "Customers are with whom the transfers say."
        )
    return Finding(
        "holdings",
        BAD,
        f"{len(found)} 处客户归属与移交记录不一致，第一处：{found[0]}。请把这一行告诉开发者。",
        f"{len(found)} customers are not with whom the transfers say, the first: {found[0]}. Please report this line.",
    )

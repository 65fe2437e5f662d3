"""Puts the demo company into a database file of its own, which nobody has seen before it is complete.

The file is made under another name and moved into its place only where there is none: an existing database,
with data or without, is never opened, so demo accounts cannot get into it.
"""

import datetime as dt
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import URL, insert, select, update

from crm.config import Settings
from crm.daily.day import days_of_people
from crm.daily.models import Report
from crm.demo import SEEDED
from crm.demo.data import SHOWN_DAYS, Demo, build_demo
from crm.demo.pay import tell_pay
from crm.errors import StoreProblem
from crm.exchange.services import Importer, import_workbook
from crm.extensions import db
from crm.leads.models import Contact, Customer, PhoneClaim, WaiverRequest, held_by
from crm.penalties.settling import settle_open
from crm.people import audit, passwords
from crm.people.accounts import Account
from crm.people.models import LeaveRequest, ParameterValue, Staff
from crm.people.settings import change_settings
from crm.sample.people import PROJECTS
from crm.transactions import atomic
from crm.workbook.write import write_workbook

ACTOR = "demo"
_DAY = dt.timedelta(days=1)
COMPANY = "应办演示置业"
PURPOSE = "介绍房源、预约看房和跟进购房需求"
SHOWN = ("89 平样板间", "沙盘、105 平样板间", "8 号楼 12 层实景", "商铺 1 层", "地下车位")
LIKED = ("南向、采光好", "离地铁近", "得房率高", "小区环境", "学位")
OBJECTED = ("总价偏高", "厨房小", "交房时间晚", "楼层低", "临街有噪声")
REMARKS = ("今日到访不多，重点回访老客户。", "两组意向较强，周末复访。", "客户普遍关心交房时间。", "")


@dataclass(frozen=True)
class Login:
    """One account as it is printed."""

    role: str
    login: str
    password: str
    name: str


@dataclass(frozen=True)
class Reader:
    """Who counts a project's days: someone who may read all of its records."""

    project: str | None
    role: str = "manager"
    staff_id: str | None = None


def seed(settings: Settings, now: dt.datetime) -> list[Login]:
    """Make the demo company at the settings' SQLite file; `StoreProblem` where something is there already."""
    from crm.app import create_app

    target = Path(str(settings.database_url.database))
    if target.exists():
        raise StoreProblem(
            f"{target} 已经存在，演示数据只写入新的文件，未作任何改动。",
            f"{target} exists already. The demo company goes into a new file only; nothing was changed.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".seeding-") as folder:
        draft = Path(folder) / target.name
        app = create_app(replace(settings, database_url=URL.create("sqlite", database=str(draft))))
        logins = _fill(app, build_demo(now), Path(folder) / "workbook", now)
        os.link(draft, target)  # refuses where somebody else was quicker
    return logins


def _fill(app: Flask, demo: Demo, folder: Path, now: dt.datetime) -> list[Login]:
    write_workbook(demo.tables, folder)
    with app.app_context():
        try:
            import_workbook(folder, Importer(ACTOR), now - dt.timedelta(days=1), shown_name=COMPANY)
            hashes = _passwords(now)
            with atomic():
                change_settings({"company": COMPANY, "projects": sorted(PROJECTS.values()), "demo": True})
                _begin(demo, now)
                _tell_more(now)
                _ask(demo, now)
                tell_pay(db.session(), sorted(PROJECTS.values()), demo.consultant, ACTOR, now)
                logins = _accounts(demo, hashes, now)
                audit.record(ACTOR, SEEDED, at=now, accounts=len(logins))
            settle_open(now, ACTOR)
            return logins
        finally:
            db.session.remove()
            db.engine.dispose()  # the last connection folds SQLite's log into the file


ROLES = ("consultant", "front_desk", "manager", "hr", "finance", "admin")


def _passwords(now: dt.datetime) -> dict[str, tuple[str, str]]:
    """A fresh random password for each role, and its hash; hashing takes its time and is done before the act."""
    made = {role: passwords.first_password() for role in ROLES}
    return {role: (password, passwords.hashed(password)) for role, password in made.items()}


def _accounts(demo: Demo, made: dict[str, tuple[str, str]], now: dt.datetime) -> list[Login]:
    consultant = db.session.get_one(Staff, demo.consultant)
    logins = []
    for role, (password, kept) in made.items():
        staff = consultant if role == "consultant" else _of_role(role, consultant.project)
        login = role.replace("_", "")
        db.session.add(
            Account(
                login=login,
                display_name=staff.name if staff else "系统管理员",
                staff_id=staff.staff_id if staff else None,
                password_hash=kept,
                must_change=False,
                created_at=now,
            )
        )
        logins.append(Login(role, login, password, staff.name if staff else "系统管理员"))
    return logins


def _of_role(role: str, project: str) -> Staff | None:
    """Whoever has that role in the project, or else anywhere; nobody for the administrator."""
    query = select(Staff).where(Staff.role == role).order_by(Staff.project != project, Staff.staff_id)
    return db.session.scalar(query.limit(1))


def _begin(demo: Demo, now: dt.datetime) -> None:
    value = demo.records_begin.isoformat()
    db.session.add(ParameterValue(name="records_begin", from_on=None, value=value, set_by=ACTOR, set_at=now))


def _tell_more(now: dt.datetime) -> None:
    """What a workbook has no column for: consent, claims on numbers, viewing details, the reports' figures."""
    session = db.session()
    session.execute(
        update(Customer).values(
            registered_by=Customer.owner,
            registered_at=Customer.first_contact_at,
            consent_at=Customer.first_contact_at,
            consent_purpose=PURPOSE,
        )
    )
    _claim_numbers(now)
    random = Random(now.toordinal())
    for contact in session.scalars(select(Contact).where(Contact.kind == "visit")):
        contact.shown, contact.liked = random.choice(SHOWN), random.choice(LIKED)
        contact.objected = random.choice(OBJECTED)
    _tell_reports(now, random)


def _claim_numbers(now: dt.datetime) -> None:
    session = db.session()
    claims: dict[str, dict[str, object]] = {}
    for customer in session.scalars(select(Customer).order_by(Customer.first_contact_at)):
        for phone in (customer.phone or "").split(";"):
            claim = {"phone": phone, "customer_id": customer.customer_id, "claimed_by": customer.owner}
            if phone:
                claims.setdefault(phone, claim | {"claimed_at": customer.first_contact_at})
    session.execute(insert(PhoneClaim), list(claims.values()))


def _tell_reports(now: dt.datetime, random: Random) -> None:
    session = db.session()
    by_day: dict[tuple[dt.date, str], list[Report]] = {}
    told = select(Report, Staff.project).join(Staff, Staff.staff_id == Report.staff_id)
    for report, project in session.execute(told):
        by_day.setdefault((report.date, project), []).append(report)
    for (on, project), reports in by_day.items():
        if now.date() - on > SHOWN_DAYS * _DAY:
            continue  # as after any import; nobody looks so far back, and counting them takes its time
        days = days_of_people(session, Reader(project), [report.staff_id for report in reports], on)
        for report in reports:
            day = days[report.staff_id]
            report.figures = {**day.figures(), "late": len(day.late), "untracked": 0}
            report.remarks = random.choice(REMARKS) or None
            if report.false:
                report.false_reason = "日报所写跟进与通话记录不符。"
                report.decided_at = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(9, 30))


def _ask(demo: Demo, now: dt.datetime) -> None:
    """Two waivers and a day of leave wait for the manager."""
    today = now.date()
    theirs = select(Customer.customer_id).where(
        held_by(demo.consultant, today), Customer.opted_out_on.is_(None)
    )
    waived = db.session.scalars(theirs.order_by(Customer.first_contact_at.desc()).offset(4).limit(2))
    asked = dt.datetime.combine(today - dt.timedelta(days=1), dt.time(17, 40))
    for customer_id, (reason, note) in zip(
        waived.all(),
        (("special", "客户出差十天，约好回来再看房。"), ("no_further_tracking", "已在别处购房。")),
        strict=False,
    ):
        ends = today + dt.timedelta(days=10) if reason == "special" else None
        db.session.add(
            WaiverRequest(
                customer_id=customer_id,
                asked_by=demo.consultant,
                asked_at=asked,
                from_on=today,
                to_on=ends,
                reason=reason,
                note=note,
            )
        )
    leave = today + dt.timedelta(days=5)
    db.session.add(
        LeaveRequest(staff_id=demo.consultant, from_on=leave, to_on=leave, reason="家中有事", asked_at=asked)
    )

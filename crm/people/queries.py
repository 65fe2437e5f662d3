"""What the pages of people need, already narrowed to what this person may see."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, func, not_, or_, select

from crm.errors import NotFound
from crm.extensions import db
from crm.people.accounts import Account, AuditRow, RecoveryCode, SignIn, audit_visible_to
from crm.people.models import ParameterValue, Staff, staff_visible_to
from crm.rulebook.people import add_months
from crm.rulebook.tables import date_of, day_number

PAGE = 50


def live_sessions(account_id: int) -> Sequence[SignIn]:
    """The sessions of an account that were not ended, newest first."""
    query = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    return db.session.scalars(query.order_by(SignIn.seen_at.desc())).all()


def own_session(account_id: int, session_id: int) -> SignIn:
    """A session of that account; `NotFound` for anyone else's."""
    row = db.session.get(SignIn, session_id)
    if row is None or row.account_id != account_id:
        raise NotFound
    return row


def recovery_codes_left(account_id: int) -> int:
    """How many recovery codes are unused."""
    query = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def staff_with_accounts(search: str = "") -> Sequence[tuple[Staff, Account | None]]:
    """Everyone of the staff with the account, if there is one; only names, roles and projects are shown."""
    query = (
        select(Staff, Account)
        .outerjoin(Account, Account.staff_id == Staff.staff_id)
        .order_by(Staff.project, Staff.staff_id)
    )
    if search:
        found = (Staff.name, Staff.staff_id, Staff.project)
        query = query.where(or_(*(column.contains(search, autoescape=True) for column in found)))
    return [(staff, account) for staff, account in db.session.execute(query)]


def staff_page(user: Account, on: dt.date, search: str, gone: bool) -> Sequence[tuple[Staff, str]]:
    """The people whom the user may see, each with where they stand on that date."""
    query = staff_visible_to(user).order_by(Staff.project, Staff.staff_id)
    left = and_(Staff.left_on.is_not(None), Staff.left_on < on)
    query = query.where(left if gone else not_(left))
    if search:
        found = (Staff.name, Staff.staff_id)
        query = query.where(or_(*(column.contains(search, autoescape=True) for column in found)))
    return [(person, _standing(person, on)) for person in db.session.scalars(query)]


def _standing(person: Staff, on: dt.date) -> str:
    """coming, probation, confirmed or gone (rulebook 1: on probation)."""
    if on < person.hired_on:
        return "coming"
    if person.left_on is not None and person.left_on < on:
        return "gone"
    end = date_of(add_months(day_number(person.hired_on), person.probation_months))
    confirmed = person.confirmed_on is not None and person.confirmed_on <= on
    return "confirmed" if confirmed or on >= end else "probation"


def staff_without_account(staff_id: str) -> Staff:
    """Somebody of the staff who has no account yet; `NotFound` otherwise."""
    query = (
        select(Staff)
        .outerjoin(Account, Account.staff_id == Staff.staff_id)
        .where(Staff.staff_id == staff_id, Account.account_id.is_(None))
    )
    person = db.session.scalar(query)
    if person is None:
        raise NotFound
    return person


def bare_accounts() -> Sequence[Account]:
    """The accounts without a staff row."""
    return db.session.scalars(select(Account).where(Account.staff_id.is_(None))).all()


def account(account_id: int) -> Account:
    """An account; `NotFound` where there is none."""
    row = db.session.get(Account, account_id)
    if row is None:
        raise NotFound
    return row


def audit_page(user: Account, *, actor: str, action: str, before: int | None) -> Sequence[AuditRow]:
    """The latest lines of the log, before a given one, of one actor or kind."""
    query = audit_visible_to(user).order_by(AuditRow.audit_id.desc()).limit(PAGE + 1)
    if actor:
        query = query.where(AuditRow.actor == actor)
    if action:
        query = query.where(AuditRow.action == action)
    if before and before < 2**63:
        query = query.where(AuditRow.audit_id < before)
    return db.session.scalars(query).all()


def audit_actions() -> Sequence[str]:
    """The kinds of line there are."""
    return db.session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()


def parameter_rows() -> Sequence[ParameterValue]:
    """The overridden parameters of the rulebook."""
    return db.session.scalars(
        select(ParameterValue).order_by(ParameterValue.name, ParameterValue.from_on)
    ).all()

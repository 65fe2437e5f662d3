"""HR's changes of a person's terms from a date on: a raise, another project, a promotion."""

import datetime as dt
from decimal import Decimal
from typing import Any

from crm.errors import Invalid, NotFound
from crm.extensions import db
from crm.people import audit, company
from crm.people.accounts import Account, RowChange
from crm.people.models import DATED, Staff, Term
from crm.people.staff_services import writable
from crm.store.history import row_key, shown
from crm.transactions import atomic

Values = dict[str, Any]


def add(
    user: Account, staff_id: str, from_on: dt.date, values: Values, past_is_meant: bool, at: dt.datetime
) -> Term:
    """What holds of a person from a date on; an empty value is as before.

    `Invalid` for a date outside the employment or taken already, and for one that has passed unless that is
    meant: it changes what was reckoned for the days since.
    """
    said = {name: value for name in DATED if (value := values.get(name)) not in (None, "")}
    with atomic() as session:
        person = writable(user, staff_id)
        _check(person, from_on, said)
        if from_on < at.date() and not past_is_meant:
            raise Invalid(
                "这个日期已经过去：从那天起的奖罚和工资会重新计算。确实如此，请勾选确认。",
                "This date has passed: what was reckoned since then is reckoned again. Tick the box if it is meant.",
                "past_is_meant",
            )
        term = Term(staff_id=staff_id, from_on=from_on, **said)
        session.add(term)
        _remember(term, None, said, user, at)
        audit.record(
            user.actor,
            "terms.added",
            staff_id,
            at=at,
            from_on=from_on.isoformat(),
            what=sorted(said),
            past=from_on < at.date(),
        )
        session.flush()
        session.expire(person)
    return term


def withdraw(user: Account, staff_id: str, from_on: dt.date, at: dt.datetime) -> None:
    """Take a change back, as if it had never been said; what it was stays in the history."""
    with atomic() as session:
        person = writable(user, staff_id)
        term = session.get(Term, (staff_id, from_on))
        if term is None:
            raise NotFound
        said = {name: value for name in DATED if (value := getattr(term, name)) is not None}
        _remember(term, said, None, user, at)
        audit.record(
            user.actor,
            "terms.withdrawn",
            staff_id,
            at=at,
            from_on=from_on.isoformat(),
            what=sorted(said),
            past=from_on <= at.date(),
        )
        session.delete(term)
        session.flush()
        session.expire(person)


def _check(person: Staff, from_on: dt.date, said: Values) -> None:
    if not said:
        raise Invalid("请至少填写一项变动。", "Fill in at least one change.", "")
    if not person.employed_on(from_on):
        raise Invalid("这一天不在职。", "The person is not employed on this date.", "from_on")
    if db.session.get(Term, (person.staff_id, from_on)) is not None:
        raise Invalid(
            "这一天已有变动；要改，请先撤销那一条。",
            "There is a change from this date already; withdraw it first.",
            "from_on",
        )
    for name in ("monthly_base_pay", "monthly_variable_pay"):
        if name in said and said[name] != round(Decimal(said[name]), 2):
            raise Invalid("最多两位小数。", "At most two decimals.", name)
    if said.get("role") == "admin":
        raise Invalid("不能指定管理员。", "Nobody is made an administrator here.", "role")
    if "project" in said and said["project"] not in company.projects():
        raise Invalid("没有这个项目。", "There is no such project.", "project")


def _remember(
    term: Term, before: Values | None, after: Values | None, user: Account, at: dt.datetime
) -> None:
    db.session.add(
        RowChange(
            table_name="terms",
            row_key=row_key([term.staff_id, term.from_on]),
            at=at,
            actor=user.actor,
            via="form",
            before=None if before is None else shown(before),
            after=None if after is None else shown(after),
        )
    )

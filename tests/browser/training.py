"""A training notice in the demo company."""

import datetime as dt

from sqlalchemy import select

from crm.extensions import db
from crm.people.accounts import Account
from crm.targets import training_services
from crm.targets.training_services import Plan, Taken
from tests.browser.company import EVENING


def notice_for(staff_id: str | None, login: str, *, offered: bool = False) -> int:
    """Made by that account for the last month; with `offered` it has gone as far as a new post. Inside a context."""
    assert staff_id
    by = db.session.scalars(select(Account).where(Account.login == login)).one()
    whose = db.session.scalars(select(Account).where(Account.staff_id == staff_id)).one()
    today = EVENING.date()
    plan = Plan(
        "三组到访客户没有跟进。",
        "每周话术演练。",
        today,
        today + dt.timedelta(days=7),
        "会议室",
        "周经理",
        "接待流程",
    )
    notice_id = training_services.serve(by, staff_id, dt.date(2026, 10, 1), None, plan, EVENING).notice_id
    if offered:
        training_services.answer(whose, notice_id, Taken("acknowledged", today), EVENING)
        for taken in (
            Taken("trained", today, "全天"),
            Taken("failed", today, "", {"evidence": "情景考核 62 分"}),
            Taken("offered", today, "薪酬不变", {"post": "案场助理"}),
        ):
            training_services.take(by, notice_id, taken, EVENING)
    return notice_id

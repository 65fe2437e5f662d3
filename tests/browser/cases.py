"""Misconduct in the demo company."""

import datetime as dt

from sqlalchemy import select

from crm.extensions import db
from crm.people.accounts import Account
from crm.targets import cases_services as services
from crm.targets.cases_models import MisconductHearing
from crm.targets.cases_services import Told
from tests.browser.company import EVENING


def asked_about(staff_id: str | None, login: str) -> tuple[str, str]:
    """A report by that account about somebody, who was asked: the report's and the hearing's id. Inside a context."""
    assert staff_id
    by = db.session.scalars(select(Account).where(Account.login == login)).one()
    day = EVENING.date() - dt.timedelta(days=4)
    told = Told(staff_id, "foreign_product", day, "向客户推荐隔壁楼盘。")
    report_id = services.report(by, told, EVENING).report_id
    services.add_evidence(by, report_id, "chat.pdf", b"%PDF-1.7 chat\n%%EOF", EVENING)
    services.ask(by, report_id, "请说明当天的经过。", EVENING)
    query = select(MisconductHearing.hearing_id).where(MisconductHearing.report_id == report_id)
    return report_id, db.session.scalars(query).one()

"""Reporting misconduct and what follows, as browsers do."""

import io

from sqlalchemy import select

from crm.extensions import db
from crm.targets.cases_models import MisconductHearing
from crm.targets.models import Case

PDF = b"%PDF-1.7 chat\n%%EOF"
FACTS = "11月18日在销售现场向客户推荐隔壁楼盘。"
REPORT = {"staff_id": "A1", "kind": "foreign_product", "happened_on": "2026-11-18", "facts": FACTS}
DISMISSAL = {"verdict": "especially_serious", "last_on": "2026-11-30", "union_told_on": "2026-11-23"}


def report(browser, **changes):
    """The address of a fresh report about A1."""
    answer = browser.post("/cases/new", data=REPORT | changes)
    assert answer.status_code == 303, answer.text[-3000:]
    return answer.headers["Location"]


def upload(browser, address, content=PDF, name="聊天记录.pdf"):
    return browser.post(
        f"{address}/evidence", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def ask(browser, address, question="请说明当天的经过。"):
    """The address at which the person answers."""
    assert browser.post(f"{address}/hearing", data={"question": question}).status_code == 303
    db.session.rollback()
    query = select(MisconductHearing.hearing_id).where(
        MisconductHearing.answered_at.is_(None), MisconductHearing.report_id == address.rpartition("/")[2]
    )
    return f"/cases/mine/{db.session.scalars(query).one()}"


def heard(home, by="M1", **changes):
    """The address of a report about A1, who answered."""
    address = report(home[by], **changes)
    assert home["A1"].post(ask(home[by], address), data={"answer": "只是闲聊。"}).status_code == 303
    return address


def decide(browser, address, verdict="serious", **form):
    return browser.post(
        f"{address}/decision", data={"verdict": verdict, "reason": "证据充分。", "sure": "y"} | form
    )


def second(browser, address, agreed="yes", answer=""):
    return browser.post(f"{address}/second", data={"agreed": agreed, "answer": answer})


def cases():
    """The rows that the rulebook reads."""
    db.session.rollback()
    rows = db.session.scalars(select(Case).order_by(Case.staff_id, Case.on))
    return [(row.staff_id, row.kind, row.severity, row.decided_by, row.second_by) for row in rows]

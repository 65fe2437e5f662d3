"""Making a training notice and taking its steps, as a browser does."""

import datetime as dt
import io

from sqlalchemy import select

from crm.extensions import db
from crm.targets.training_models import TrainingStep

DAY = dt.timedelta(days=1)
PLAN = {
    "staff": "A1",
    "month": "2026-10",
    "reason": "10月有三组到访客户没有跟进。",
    "help_given": "每周一次话术演练。",
    "from_on": "2026-11-25",
    "to_on": "2026-12-05",
    "place": "二楼会议室",
    "trainer": "周经理",
    "content": "接待流程；情景考核 80 分合格。",
}
PDF = b"%PDF-1.7 signed"


def serve(browser, **changes):
    answer = browser.post("/training/new", data=PLAN | changes)
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["Location"]


def step(browser, address, kind, **form):
    return browser.post(f"{address}/steps/{kind}", data={"on": "2026-11-24", "note": "说明"} | form)


def kinds():
    db.session.rollback()
    return list(db.session.scalars(select(TrainingStep.kind).order_by(TrainingStep.step_id)))


def consent(browser, address, content=PDF, name="同意书.pdf", **form):
    paper = {"paper": (io.BytesIO(content), name)} if content is not None else {}
    return browser.post(
        f"{address}/steps/consented",
        data={"on": "2026-11-24", "note": ""} | form | paper,
        content_type="multipart/form-data",
    )

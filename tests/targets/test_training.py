"""A training notice: facts first, one row for each step, and no new post without consent in writing."""

import datetime as dt
import io

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from crm.deals.models import Deal
from crm.extensions import db
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from crm.people.accounts import AuditRow
from crm.targets import training_services
from crm.targets.training_models import TrainingFile, TrainingNotice, TrainingStep
from crm.targets.training_services import Plan
from crm.transactions import atomic
from tests.people_builders import HOME, contact, count, customer, keep, staff
from tests.targets.builders import AT, OCTOBER, account_of, quota, sale

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


@pytest.fixture
def served(home):
    """The address of a notice for A1, made by the manager."""
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), quota("A3", 2, OCTOBER)])
    keep([sale("A2", OCTOBER), sale("A3", OCTOBER + DAY)])
    return serve(home["M1"])


@pytest.fixture
def failed(served, home):
    """A notice whose training was held and not passed."""
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "failed", evidence="情景考核 62 分")
    return served


# Facts


def test_the_facts_are_those_of_the_records(home):
    keep([quota("A1", 2, OCTOBER, 5000000), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    keep([sale("A1", OCTOBER + DAY, cancelled_on=OCTOBER + 3 * DAY)])
    keep([customer(one, "A1", project=HOME) for one in ("C2", "C3")])
    visit = dt.datetime(2026, 10, 12, 10)
    keep([contact("K1", "C2", "A1", kind="visit", happened_at=visit)])
    keep([contact("K2", "C3", "A1", kind="visit", happened_at=visit)])
    keep([contact("K3", "C2", "A1", kind="follow_up", happened_at=visit + 2 * DAY)])
    keep([contact("K4", "C3", "A1", kind="call_in", happened_at=visit - 20 * DAY)])
    serve(home["H1"])
    facts = db.session.scalars(select(TrainingNotice)).one().facts
    assert facts == {
        "quota": 2,
        "units": "0",
        "quota_amount": "5000000.00",
        "amount": "0.00",
        "deals": [],
        "place": 2,
        "ranked": 2,
        "workdays": 18,
        "groups": 2,
        "calls": 0,
        "followups": 1,
        "missed": 0,
    }


def test_the_facts_stay_as_they_were_when_the_notice_was_made(served, home):
    before = db.session.scalars(select(TrainingNotice)).one().facts
    keep([sale("A1", OCTOBER + DAY)])
    db.session.rollback()
    assert db.session.scalars(select(TrainingNotice)).one().facts == before
    assert "0 套" in home["A1"].get(served).text


def test_a_notice_is_made_from_the_ledgers_entry_once(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.rule == "training-notice")).one()
    address = f"/training/new?staff=A1&amp;month=2026-10&amp;entry={entry.entry_id}"
    assert address in home["M1"].get("/training").text
    assert entry.evidence_zh in home["M1"].get(address.replace("&amp;", "&")).text
    assert home["M2"].get(address.replace("&amp;", "&")).status_code == 404
    serve(home["M1"], entry=str(entry.entry_id))
    assert address not in home["M1"].get("/training").text
    again = home["M1"].post("/training/new", data=PLAN | {"entry": str(entry.entry_id)})
    assert again.status_code == 409
    assert count(TrainingNotice) == 1


def test_a_withdrawn_notice_lets_the_entry_wait_again(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry_id = str(
        db.session.scalars(select(LedgerEntry.entry_id).where(LedgerEntry.rule == "training-notice")).one()
    )
    address = serve(home["M1"], entry=entry_id)
    step(home["M1"], address, "withdrawn", note="日期写错")
    assert serve(home["M1"], entry=entry_id) != address


def test_an_entry_that_was_reversed_is_said_beside_the_notice(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry_id = db.session.scalars(
        select(LedgerEntry.entry_id).where(LedgerEntry.rule == "training-notice")
    ).one()
    address = serve(home["M1"], entry=str(entry_id))
    with atomic() as session:
        session.execute(update(Deal).values(staff_id="A1"))
    settle_open(AT + DAY, "test")
    assert "后来冲销了" in home["M1"].get(address).text
    assert "后来冲销了" in home["A1"].get(address).text


def test_numbers_count_from_one_each_year(home, at):
    for _ in range(2):
        serve(home["M1"])
    at(dt.datetime(2027, 1, 4, 10))
    plan = Plan(*(["x"] * 2), dt.date(2027, 1, 5), dt.date(2027, 1, 6), *(["x"] * 3))
    training_services.serve(account_of("H1"), "A1", OCTOBER, None, plan, dt.datetime(2027, 1, 4, 10))
    rows = db.session.scalars(select(TrainingNotice).order_by(TrainingNotice.notice_id))
    assert [(row.year, row.serial) for row in rows] == [(2026, 1), (2026, 2), (2027, 1)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"help_given": " "}, "请填写"),
        ({"reason": ""}, "请填写"),
        ({"from_on": "2026-11-23"}, "不能早于今天"),
        ({"to_on": "2026-11-24"}, "开始日期之后"),
        ({"to_on": "2027-12-01"}, "180 天"),
        ({"month": "2026-12"}, "还没有开始"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(home, changed, sentence):
    answer = home["M1"].post("/training/new", data=PLAN | changed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "二楼会议室" in answer.text
    assert count(TrainingNotice) == 0


@pytest.mark.parametrize(
    ("who", "whom"), [("M2", "A1"), ("M1", "B1"), ("M1", "nobody"), ("M1", "M1"), ("H1", "H1")]
)
def test_nobody_makes_a_notice_for_whom_it_is_not_their_business(home, who, whom):
    assert home[who].get(f"/training/new?staff={whom}&month=2026-10").status_code == 404
    assert home[who].post("/training/new", data=PLAN | {"staff": whom}).status_code == 404
    assert count(TrainingNotice) == 0


def test_who_has_left_gets_no_notice(home):
    keep([staff("A9", left_on=dt.date(2026, 11, 20))])
    assert home["M1"].post("/training/new", data=PLAN | {"staff": "A9"}).status_code == 404


# Steps


def test_the_person_finds_it_on_today_and_acknowledges_it_once(served, home):
    assert served in home["A1"].get("/today").text
    answer = home["A1"].post(f"{served}/answer/acknowledged", data={"note": "当月休假十天"})
    assert answer.status_code == 303
    row = db.session.scalars(select(TrainingStep)).one()
    assert (row.kind, row.on, row.note, row.actor, row.at) == (
        "acknowledged",
        AT.date(),
        "当月休假十天",
        "A1",
        AT,
    )
    assert served not in home["A1"].get("/today").text
    assert "当月休假十天" in home["M1"].get(served).text
    home["A1"].post(f"{served}/answer/acknowledged")
    assert kinds() == ["acknowledged"]


def test_a_refusal_to_sign_needs_another_person_as_witness(served, home):
    for witness in ("", "A1", "M1", "nobody"):
        answer = step(home["M1"], served, "refused", witness=witness)
        assert answer.status_code == 422
    assert step(home["M1"], served, "refused", witness="A2").status_code == 303
    page = home["H1"].get(served).text
    assert "见证人：员工A2" in page
    assert "拒签" in page


def test_a_refusal_is_not_recorded_once_the_person_has_acknowledged(served, home):
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "refused", witness="A2")
    assert kinds() == ["acknowledged"]


def test_after_a_refusal_the_person_can_still_acknowledge(served, home):
    step(home["M1"], served, "refused", witness="A2")
    home["A1"].post(f"{served}/answer/acknowledged")
    assert kinds() == ["refused", "acknowledged"]


def test_an_outcome_needs_a_served_notice_a_day_of_training_and_evidence(served, home):
    step(home["M1"], served, "failed", evidence="62 分")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "failed", evidence="62 分")
    assert kinds() == ["trained"], "nobody has acknowledged it or refused to"
    home["A1"].post(f"{served}/answer/acknowledged")
    assert step(home["M1"], served, "failed", evidence=" ").status_code == 422
    assert step(home["M1"], served, "passed", evidence="86 分").status_code == 303
    step(home["M1"], served, "failed", evidence="62 分")
    assert kinds() == ["trained", "acknowledged", "passed"]


def test_after_a_pass_there_is_no_new_post(served, home):
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "passed", evidence="86 分")
    step(home["M1"], served, "offered", post="案场助理")
    step(home["M1"], served, "moved")
    assert kinds()[-1] == "passed"


def test_no_new_post_without_consent(failed, home):
    step(home["M1"], failed, "moved")
    step(home["M1"], failed, "offered", post="案场助理", on="2026-12-01")
    step(home["M1"], failed, "moved")
    assert kinds()[-1] == "offered"
    assert "新岗位" in home["A1"].get("/today").text
    home["A1"].post(f"{failed}/answer/consented", data={"note": "薪酬不变"})
    assert step(home["M1"], failed, "moved").status_code == 303
    assert kinds()[-2:] == ["consented", "moved"]
    step(home["M1"], failed, "withdrawn")
    assert kinds()[-1] == "moved"


def test_a_post_that_was_declined_can_only_be_offered_anew(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    home["A1"].post(f"{failed}/answer/declined", data={"note": "离家太远"})
    step(home["M1"], failed, "moved")
    home["A1"].post(f"{failed}/answer/consented")
    assert kinds()[-1] == "declined"
    step(home["M1"], failed, "offered", post="渠道专员")
    step(home["M1"], failed, "moved")
    assert kinds()[-1] == "offered", "the answer to the first offer is none to the second"


def consent(browser, address, content=PDF, name="同意书.pdf", **form):
    paper = {"paper": (io.BytesIO(content), name)} if content is not None else {}
    return browser.post(
        f"{address}/steps/consented",
        data={"on": "2026-11-24", "note": ""} | form | paper,
        content_type="multipart/form-data",
    )


def test_a_manager_records_consent_only_with_the_signed_paper(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    assert consent(home["M1"], failed, None).status_code == 422
    assert consent(home["M1"], failed, b"<script>", "x.pdf").status_code == 422
    assert count(TrainingFile) == 0
    assert consent(home["M1"], failed).status_code == 303
    file_id = db.session.scalars(select(TrainingFile.file_id)).one()
    for who in ("A1", "H1", "M1"):
        answer = home[who].get(f"{failed}/files/{file_id}")
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert home["M2"].get(f"{failed}/files/{file_id}").status_code == 404
    assert home["A1"].get(f"{failed}/files/{file_id + 1}").status_code == 404


def test_a_file_is_had_only_through_its_own_notice(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    consent(home["M1"], failed)
    file_id = db.session.scalars(select(TrainingFile.file_id)).one()
    other = serve(home["M1"], staff="A2")
    assert home["A2"].get(other).status_code == 200
    assert home["A2"].get(f"{other}/files/{file_id}").status_code == 404


def test_a_step_cannot_lie_ahead_or_before_the_notice(served, home):
    for on in ("2026-11-25", "2026-11-23"):
        assert step(home["M1"], served, "trained", on=on).status_code == 422
    assert kinds() == []


def test_a_form_sent_twice_is_one_step(served, home):
    for _ in range(2):
        step(home["M1"], served, "trained", idem_key="one")
    assert kinds() == ["trained"]


def test_every_step_is_in_the_audit_log(failed):
    query = select(AuditRow.action).where(AuditRow.action.like("training.%"))
    actions = db.session.scalars(query.order_by(AuditRow.audit_id)).all()
    assert actions == ["training.served", "training.acknowledged", "training.trained", "training.failed"]


@pytest.mark.parametrize("model", [TrainingNotice, TrainingStep, TrainingFile])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(failed, home, model):
    step(home["M1"], failed, "offered", post="案场助理")
    consent(home["M1"], failed)
    for statement in (update(model).values(notice_id=1), delete(model)):
        with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
            session.execute(statement)
    with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
        session.execute(text(f"DELETE FROM {model.__tablename__}"))


# Who sees it


def test_the_person_the_projects_managers_and_hr_see_it_and_nobody_else(served, home):
    for who in ("A1", "M1", "S1", "H1"):
        assert home[who].get(served).status_code == 200
        assert served in home[who].get("/training").text
    for who in ("A2", "B1", "M2", "F1"):
        assert home[who].get(served).status_code == 404
        assert home[who].get(f"{served}/paper").status_code == 404
        assert served not in home[who].get("/training").text
    assert home["N1"].get(served).status_code == 403


def test_only_the_person_answers_and_only_managers_take_the_other_steps(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    for who in ("A2", "B1"):
        assert home[who].post(f"{failed}/answer/consented").status_code == 404
    assert home["M1"].post(f"{failed}/answer/consented").status_code == 403
    assert home["M2"].post(f"{failed}/steps/withdrawn", data={"note": "x"}).status_code == 404
    assert home["A1"].post(f"{failed}/steps/moved").status_code == 403
    assert home["A1"].post(f"{failed}/answer/moved").status_code == 404
    assert home["M1"].post(f"{failed}/steps/acknowledged").status_code == 404
    assert kinds()[-1] == "offered"


def test_the_law_stands_beside_every_notice(served, home):
    for page in (home["A1"].get(served).text, home["M1"].get("/training/new?staff=A1&month=2026-10").text):
        assert "业绩末位不等于不能胜任工作" in page
        assert "第40条" in page


@pytest.mark.paper
@pytest.mark.slow
def test_the_notice_prints_as_a_pdf(served, home):
    answer = home["A1"].get(f"{served}/paper")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")

"""Nobody is found guilty unheard, a dismissal takes two people, and awards of the year follow from the case."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.deals.disputes_models import RULED, Dispute
from crm.deals.models import Deal
from crm.extensions import db
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from crm.people.accounts import AuditRow
from crm.people.models import Staff
from crm.targets.cases_models import MisconductEvidence, MisconductReport
from crm.targets.models import Case
from crm.transactions import atomic
from tests.people_builders import count, keep, staff
from tests.staffing.cases import (
    DISMISSAL,
    FACTS,
    PDF,
    ask,
    cases,
    decide,
    heard,
    report,
    second,
    upload,
)
from tests.targets.builders import AT, TODAY, office, quota

PEOPLE = ("A1", "A2", "B1", "F1", "M1", "M2", "S1", "H1", "N1")


@pytest.fixture
def home(store, people, at):
    """The office on a Tuesday in November; gives the browsers by staff_id."""
    at(AT)
    office()
    keep([quota("A1")])
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in PEOPLE}


def actions():
    db.session.rollback()
    query = select(AuditRow.action).where(AuditRow.action.like("case.%")).order_by(AuditRow.audit_id)
    return list(db.session.scalars(query))


def test_a_warning_needs_the_persons_statement_first(home):
    address = report(home["M1"])
    assert decide(home["M1"], address).status_code == 409
    hearing = ask(home["M1"], address)
    assert decide(home["M1"], address).status_code == 409
    assert cases() == []
    home["A1"].post(hearing, data={"answer": "只是闲聊。"})
    assert decide(home["M1"], address).status_code == 303
    assert cases() == [("A1", "foreign_product", "serious", "M1", None)]


def test_a_refusal_to_answer_needs_a_third_person_who_saw_it(home):
    address = report(home["M1"])
    noted = {"refusal": "当面请其说明，转身离开。"}
    assert home["M1"].post(f"{address}/refusal", data=noted | {"witness": "A2"}).status_code == 409
    ask(home["M1"], address)
    for witness in ("", "A1", "M1", "B1", "nobody"):
        answer = home["M1"].post(f"{address}/refusal", data=noted | {"witness": witness})
        assert answer.status_code == 422, witness
        assert "转身离开" in answer.text
    assert home["M1"].post(f"{address}/refusal", data=noted | {"witness": "A2"}).status_code == 303
    assert decide(home["M1"], address).status_code == 303


def test_after_a_noted_refusal_the_person_may_still_answer_until_the_decision(home):
    address = report(home["M1"])
    hearing = ask(home["M1"], address)
    home["M1"].post(f"{address}/refusal", data={"refusal": "不说。", "witness": "A2"})
    assert home["A1"].post(hearing, data={"answer": "我想好了。"}).status_code == 303
    assert home["A1"].post(hearing, data={"answer": "再改。"}).status_code == 409
    assert "我想好了。" in home["M1"].get(address).text


def test_after_the_decision_nothing_is_answered_added_or_decided_again(home):
    address = heard(home)
    second_question = ask(home["M1"], address)
    assert second_question in home["A1"].get("/today").text
    decide(home["M1"], address)
    assert second_question not in home["A1"].get("/today").text
    assert home["A1"].post(second_question, data={"answer": "还有。"}).status_code == 409
    assert upload(home["M1"], address).status_code == 409
    assert decide(home["M1"], address, "dropped").status_code == 409
    assert len(cases()) == 1


def test_a_report_can_be_dropped_without_a_hearing_and_leaves_no_case(home):
    address = report(home["M1"])
    assert decide(home["M1"], address, "dropped").status_code == 303
    assert cases() == []
    assert FACTS not in home["A1"].get("/cases/mine").text


def test_a_dismissal_waits_for_a_second_person_who_is_another_one(home):
    address = heard(home)
    assert decide(home["M1"], address, **DISMISSAL).status_code == 303
    assert cases() == []
    assert second(home["M1"], address).status_code == 409
    assert cases() == []
    assert second(home["H1"], address).status_code == 303
    assert cases() == [("A1", "foreign_product", "especially_serious", "M1", "H1")]
    assert db.session.get_one(Staff, "A1").left_on == dt.date(2026, 11, 30)


def test_a_dismissal_needs_a_last_day_and_the_union_told_before(home):
    address = heard(home)
    wrong = (
        {"last_on": ""},
        {"last_on": "2026-11-23"},
        {"union_told_on": ""},
        {"union_told_on": "2026-11-25"},
    )
    for change in wrong:
        assert decide(home["M1"], address, **(DISMISSAL | change)).status_code == 422, change
    assert "第43条" in decide(home["M1"], address, **(DISMISSAL | {"union_told_on": ""})).text


def test_a_second_person_who_refuses_says_why_and_it_is_decided_anew(home):
    address = heard(home)
    decide(home["M1"], address, **DISMISSAL)
    assert second(home["S1"], address, "no").status_code == 422
    assert second(home["S1"], address, "no", "证据不够。").status_code == 303
    assert cases() == []
    assert db.session.get_one(Staff, "A1").left_on is None
    assert decide(home["M1"], address).status_code == 303
    assert cases() == [("A1", "foreign_product", "serious", "M1", None)]


def test_a_dismissal_leaves_an_earlier_last_day_as_it_was(home):
    address = heard(home)
    decide(home["M1"], address, **DISMISSAL)
    with atomic() as session:
        session.get_one(Staff, "A1").left_on = dt.date(2026, 11, 26)
    second(home["H1"], address)
    assert db.session.get_one(Staff, "A1").left_on == dt.date(2026, 11, 26)


def test_what_hr_decides_names_the_manager_who_agreed_as_deciding(home):
    address = heard(home, by="H1")
    decide(home["H1"], address)
    assert cases() == []
    assert second(home["M1"], address).status_code == 303
    assert cases() == [("A1", "foreign_product", "serious", "M1", "H1")]


def test_settled_that_night_the_case_gives_warning_award_and_dismissal(home):
    address = heard(home)
    decide(home["M1"], address, **DISMISSAL)
    second(home["H1"], address)
    settle_open(AT + dt.timedelta(days=1), "test")
    rules = set(db.session.scalars(select(LedgerEntry.rule).where(LedgerEntry.staff_id == "A1")))
    assert {"severe-warning", "award-ineligible", "dismissal"} <= rules


def test_evidence_is_judged_by_its_content_kept_and_its_download_logged(home):
    address = report(home["M1"])
    for content in (b"", b"MZ\x90 not a pdf", b"<html><script>", b"%PDF-1.7 half"):
        assert upload(home["M1"], address, content).status_code == 422
    assert upload(home["M1"], address, PDF, "../聊天<记录>.exe").status_code == 303
    row = db.session.scalars(select(MisconductEvidence)).one()
    assert row.name == "聊天记录.pdf"
    answer = home["H1"].get(f"{address}/evidence/{row.evidence_id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert actions() == ["case.reported", "case.evidence_added", "case.evidence_opened"]


@pytest.mark.parametrize("who", ["A1", "A2", "F1", "M2", "N1"])
def test_whoever_does_not_decide_on_it_gets_neither_report_nor_file(home, who):
    address = report(home["M1"])
    upload(home["M1"], address)
    file = db.session.scalars(select(MisconductEvidence.evidence_id)).one()
    for path in (address, f"{address}/evidence/{file}", f"{address}/letter"):
        assert home[who].get(path).status_code in (403, 404), path
    assert "case.evidence_opened" not in actions()


def test_a_file_is_not_reached_through_another_report(home):
    first, other = report(home["M1"]), report(home["H1"], staff_id="B1")
    upload(home["H1"], other)
    file = db.session.scalars(select(MisconductEvidence.evidence_id)).one()
    assert home["M1"].get(f"{first}/evidence/{file}").status_code == 404


def test_the_person_knows_nothing_until_asked_and_then_only_the_own_case(home):
    address = report(home["M1"])
    report(home["M1"], staff_id="A2", facts="另一件事")
    assert FACTS not in home["A1"].get("/cases/mine").text
    hearing = ask(home["M1"], address)
    assert hearing in home["A1"].get("/today").text
    assert hearing not in home["A2"].get("/today").text
    page = home["A1"].get("/cases/mine").text
    assert FACTS in page
    assert "另一件事" not in page
    assert home["A1"].get(hearing).status_code == 200
    assert home["A2"].get(hearing).status_code == 404
    assert home["A2"].post(hearing, data={"answer": "x"}).status_code == 404


def test_the_front_desk_answers_too(home):
    address = report(home["H1"], staff_id="F1")
    assert home["F1"].post(ask(home["H1"], address), data={"answer": "没有。"}).status_code == 303


def test_a_manager_neither_sees_nor_decides_the_own_case(home):
    address = report(home["H1"], staff_id="M1")
    assert home["M1"].get(address).status_code == 404
    hearing = ask(home["H1"], address)
    assert home["M1"].post(hearing, data={"answer": "没有。"}).status_code == 303
    assert decide(home["H1"], address).status_code == 303
    assert second(home["M1"], address).status_code == 404
    assert second(home["S1"], address).status_code == 303
    assert cases() == [("M1", "foreign_product", "serious", "S1", "H1")]


def test_nobody_reports_oneself_or_people_of_another_project(home):
    for staff_id, status in (("M1", 403), ("B1", 404), ("nobody", 404)):
        form = {"staff_id": staff_id, "kind": "foreign_product", "happened_on": "2026-11-18", "facts": "x"}
        assert home["M1"].post("/cases/new", data=form).status_code == status
    assert count(MisconductReport) == 0


def test_a_report_out_of_a_dispute_needs_one_that_is_ruled(home):
    keep(
        [
            Deal(
                deal_id="D1",
                customer_id="C1",
                staff_id="A1",
                unit_kind="residential",
                holding_deposit_on=TODAY,
            )
        ]
    )
    keep([Dispute(dispute_id="open", deal_id="D1", cause="manager", opened_at=AT)])
    form = {"staff_id": "A1", "kind": "attribution_fraud", "happened_on": "2026-11-18", "facts": "x"}
    for dispute in ("open", "none"):
        answer = home["M1"].post("/cases/new", data=form | {"dispute_id": dispute})
        assert answer.status_code == 422
    with atomic() as session:
        session.get_one(Dispute, "open").state = RULED
    for browser in (home["M1"], home["H1"]):
        assert 'value="open"' in browser.get("/cases/new?dispute=open").text
        report(browser, kind="attribution_fraud", dispute_id="open")


def test_what_is_wrong_comes_back_beside_its_field_and_nothing_typed_is_lost(home):
    form = {"staff_id": "A1", "kind": "", "happened_on": "2026-12-01", "facts": FACTS}
    answer = home["M1"].post("/cases/new", data=form)
    assert answer.status_code == 422
    assert FACTS in answer.text
    answer = home["M1"].post("/cases/new", data=form | {"kind": "foreign_product"})
    assert answer.status_code == 422
    assert "不晚于今天" in answer.text


def test_the_letter_is_for_who_decides_and_the_person_once_it_stands(home):
    address = heard(home)
    assert home["A1"].get(f"{address}/letter").status_code == 404
    decide(home["M1"], address)
    for who in ("A1", "M1", "H1"):
        answer = home[who].get(f"{address}/letter")
        assert answer.data.startswith(b"%PDF-"), who
    for who in ("A2", "F1", "M2", "N1"):
        assert home[who].get(f"{address}/letter").status_code == 404


def test_awards_name_whoever_has_none_and_why_and_each_sees_only_the_own(home):
    decide(home["M1"], heard(home))
    page = home["M1"].get("/awards").text
    assert page.index("员工A1") < page.index("员工A2")
    assert "销售其他公司产品" in page
    assert "员工B1" not in page
    assert "员工B1" in home["H1"].get("/awards").text
    own = home["A2"].get("/awards").text
    assert "员工A1" not in own
    assert "有评优资格" in own
    assert "取消评优资格" in home["A1"].get("/awards").text
    assert "员工A1" not in home["N1"].get("/awards").text


def test_awards_of_a_year_follow_the_cases_of_that_year_alone(home):
    keep([staff("A9", hired_on=dt.date(2024, 3, 1))])
    on = dt.date(2025, 12, 31)
    keep([Case(staff_id="A9", on=on, kind="attribution_error", severity="serious", decided_by="M1")])
    assert "取消评优资格" not in home["M1"].get("/awards").text
    assert "取消评优资格" in home["M1"].get("/awards?year=2025").text
    assert "员工A9" not in home["M1"].get("/awards?year=2023").text


def test_the_ranking_shows_who_gets_no_award_of_its_year(home):
    words = "2026 年无评优资格"
    assert words not in home["M1"].get("/targets/ranking").text
    decide(home["M1"], heard(home))
    assert words in home["M1"].get("/targets/ranking").text
    assert words in home["A1"].get("/targets/mine").text
    assert words not in home["A2"].get("/targets/mine").text
    assert words not in home["M2"].get("/targets/ranking").text


def test_each_step_is_written_to_the_audit_log(home):
    address = heard(home)
    decide(home["M1"], address, **DISMISSAL)
    second(home["S1"], address, "no", "证据不够。")
    decide(home["M1"], address)
    expected = ["reported", "asked", "answered", "especially_serious", "refused", "serious"]
    assert actions() == [f"case.{one}" for one in expected]

"""Probation: what the page says of everyone, that two people decide, and what a decision changes."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.errors import Conflict
from crm.extensions import db
from crm.people.audit import AuditRow
from crm.people.models import Term
from crm.targets.probation_models import ProbationDecision
from crm.targets.probation_queries import standing_of, standings
from crm.targets.probation_services import second
from crm.transactions import atomic
from tests.people_builders import ELSEWHERE, count, keep
from tests.staffing.probation import LAST, PERSON, TODAY, answer, decide, more_people, person, waiting
from tests.targets.builders import AT, account_of, office, sale, shared

DAY = dt.timedelta(days=1)


@pytest.fixture
def home(store, people, at):
    """The office on a Tuesday in November, with A4 on probation since September; gives the browsers."""
    at(AT)
    office()
    more_people()
    found = ("A1", "A4", "B4", "M1", "M2", "M4", "S1", "H1", "N1", "F1")
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in found}


def listed(staff_id, by="H1"):
    found = {one.person.staff_id: one for one in standings(account_of(by), TODAY, "zh")}
    return found.get(staff_id)


def short_contract(months=3):
    """Give A4 a probation of 3 months, which three years of contract allow to be 6."""
    with atomic():
        person().probation_months = months


def test_hr_sees_everyone_on_probation_and_a_manager_the_own_project(home):
    page = home["H1"].get("/probation").text
    assert [name in page for name in ("员工A4", "员工B4", "员工A1")] == [True, True, False]
    page = home["M1"].get("/probation").text
    assert [name in page for name in ("员工A4", "员工B4")] == [True, False]
    assert home["M2"].get(PERSON).status_code == 404
    for who in ("A4", "N1", "F1"):
        assert home[who].get("/probation").status_code == 403


def test_units_of_the_month_and_since_the_hiring_are_counted_apart(home):
    keep(sale("A4", dt.date(2026, 10, 5)) for _ in range(2))
    keep([*shared(sale("A4", TODAY), ("A4", 50), ("A1", 50)), sale("A4", TODAY + DAY)])
    progress = listed("A4").progress
    assert (progress.in_month, progress.in_all, progress.needed) == (Decimal("0.5"), Decimal("2.5"), 12)
    assert len(progress.all_deals) == 3
    assert "本月 0.5 / 12 套" in home["H1"].get(PERSON).text


def test_twelve_units_in_a_month_make_eligible_from_the_day_of_the_twelfth_by_those_deals(home):
    deals = [sale("A4", dt.date(2026, 11, 1) + number * DAY) for number in range(12)]
    keep(deals)
    progress = listed("A4").progress
    assert progress.eligible_on is not None
    page = home["H1"].get(PERSON).text
    assert "2026-11-12 起可提前转正" in page
    assert all(deal.deal_id in progress.eligible_by and deal.deal_id in page for deal in deals)
    assert "2026-11-12 起可提前转正" in home["A4"].get("/probation/mine").text


def test_the_page_says_how_many_units_are_missing_whichever_way_is_shorter(home):
    keep(sale("T7", dt.date(2026, 10, 5) + number * DAY) for number in range(10))
    assert "累计再签 2 套可提前转正" in home["H1"].get("/probation/people/T7").text
    keep(sale("A4", dt.date(2026, 10, 5) + number * DAY) for number in range(10))
    assert "本月再签 12 套可提前转正" in home["H1"].get(PERSON).text


def test_a_probation_longer_than_the_contract_allows_is_red(home):
    assert listed("A4").terms == []
    (wrong,) = listed("L1").terms
    assert wrong.flag == "red"
    assert "最长 2 个月" in home["H1"].get("/probation").text


def test_who_decides_is_reminded_30_and_7_days_before_the_end(home):
    assert (listed("T7").urgency, listed("T30").urgency, listed("A4").urgency) == ("urgent", "soon", "")
    for who, path in (("H1", "/entries/all"), ("M1", "/board"), ("M1", "/targets")):
        page = home[who].get(path).text
        assert "1 人的试用期 7 天内到期" in page, path
        assert "1 人的试用期 30 天内到期" in page, path
    assert "人的试用期" not in home["M2"].get("/board").text


def test_a_confirmation_takes_effect_when_a_second_person_agrees(home):
    assert decide(home["H1"], "confirm").status_code == 303
    assert person().confirmed_on is None
    assert "1 个试用期决定等另一人同意" in home["M1"].get("/board").text
    answer(home["M1"])
    assert person().confirmed_on == dt.date(2026, 12, 1)
    assert standing_of(person(), dt.date(2026, 12, 1), "zh") is None


def test_nobody_agrees_to_the_own_decision(home):
    decide(home["H1"], "confirm")
    answer(home["H1"])
    assert person().confirmed_on is None
    answer(home["M2"])
    assert person().confirmed_on is None
    assert (
        home["A4"].post(f"/probation/decisions/{waiting()}/answer", data={"agreed": "yes"}).status_code == 403
    )


def test_a_refusal_says_why_and_changes_nothing(home):
    decide(home["M1"], "end")
    assert answer(home["H1"], "no").status_code == 422
    assert answer(home["H1"], "no", "事实不足").status_code == 303
    assert person().left_on is None
    assert "事实不足" in home["M1"].get(PERSON).text
    assert decide(home["M1"], "confirm").status_code == 303
    assert count(ProbationDecision) == 2


def test_one_decision_waits_at_a_time(home):
    decide(home["H1"], "confirm")
    decide(home["M1"], "end")
    assert count(ProbationDecision) == 1


def test_an_extension_needs_written_consent_and_stays_within_the_legal_maximum(home):
    short_contract()
    for fault in ({"consent_on": ""}, {"consent_on": "2026-11-25"}, {"months": "7"}, {"months": "3"}):
        assert decide(home["H1"], "extend", **fault).status_code == 422, fault
    assert count(ProbationDecision) == 0
    assert "法律上需斟酌" in home["H1"].get(PERSON).text
    decide(home["H1"], "extend")
    assert person().probation_months == 3
    answer(home["S1"])
    assert person().probation_months == 6
    assert listed("A4").last_on == LAST


def test_an_extension_that_the_law_no_longer_allows_does_not_take_effect(home):
    short_contract()
    decide(home["H1"], "extend")
    with atomic():
        person().contract_years = Decimal(1)
    assert answer(home["M1"]).status_code == 422
    assert person().probation_months == 3


def test_an_end_sets_the_last_day_and_never_before_the_second_person_agreed(home):
    decide(home["M1"], "end", on="2026-11-24")
    second(account_of("H1"), waiting(), True, "", AT + 2 * DAY)
    assert person().left_on == TODAY + 2 * DAY
    assert "最后工作日 2026-11-26" in home["H1"].get(PERSON).text


def test_an_end_does_not_lengthen_an_employment_that_ends_sooner(home):
    with atomic():
        person().left_on = dt.date(2026, 12, 1)
    assert decide(home["H1"], "end").status_code == 422
    decide(home["H1"], "end", on="2026-11-30")
    answer(home["M1"])
    assert person().left_on == dt.date(2026, 11, 30)


def test_a_decision_names_its_reason_and_a_day_within_the_probation(home):
    for fault in ({"reason": " "}, {"on": "2026-11-23"}, {"on": "2027-03-01"}, {"on": ""}):
        assert decide(home["H1"], "confirm", **fault).status_code == 422, fault
    assert decide(home["H1"], "confirm", address="/probation/people/A1").status_code == 303
    assert count(ProbationDecision) == 0
    assert decide(home["H1"], "confirm", on="2027-02-28").status_code == 303
    assert home["H1"].post(f"{PERSON}/forgive", data={"reason": "x"}).status_code == 404


def test_a_probation_that_is_over_is_not_decided_any_more(home):
    decide(home["H1"], "confirm")
    with pytest.raises(Conflict):
        second(account_of("M1"), waiting(), True, "", dt.datetime(2027, 3, 1, 9))
    assert person().confirmed_on is None


def test_nobody_decides_about_themselves(home):
    own = "/probation/people/M4"
    assert listed("M4", "M1") is not None
    assert listed("M4", "M4") is None
    assert home["M4"].get(own).status_code == 404
    assert decide(home["M4"], "confirm", address=own).status_code == 404
    decide(home["M1"], "confirm", address=own)
    assert answer(home["M4"]).status_code == 404
    assert person("M4").confirmed_on is None


def test_the_person_sees_a_decision_once_it_stands(home):
    decide(home["H1"], "confirm", reason="带看认真")
    assert "带看认真" not in home["A4"].get("/probation/mine").text
    assert home["A4"].get(f"/probation/decisions/{waiting()}/letter").status_code == 404
    answer(home["M1"])
    assert "带看认真" in home["A4"].get("/probation/mine").text
    assert home["A1"].get(f"/probation/decisions/{waiting()}/letter").status_code == 404


@pytest.mark.paper
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["confirm", "extend", "end"])
def test_each_letter_prints_as_a_pdf(home, kind):
    short_contract()
    decide(home["H1"], kind, **({} if kind == "extend" else {"on": "2026-11-28"}))
    answer(home["M1"])
    for who in ("A4", "H1"):
        letter = home[who].get(f"/probation/decisions/{waiting()}/letter")
        assert (letter.status_code, letter.data[:5]) == (200, b"%PDF-")


def test_a_move_to_another_project_keeps_the_history(home):
    keep([sale("A4", dt.date(2026, 10, 5))])
    decide(home["H1"], "end")
    answer(home["M1"], "no", "事实不足")
    keep([Term(staff_id="A4", from_on=TODAY, project=ELSEWHERE)])
    assert listed("A4").progress.in_all == 1
    page = home["M2"].get(PERSON)
    assert page.status_code == 200
    assert "事实不足" in page.text
    assert home["M1"].get(PERSON).status_code == 404


def test_every_step_is_in_the_audit_log(home):
    decide(home["H1"], "confirm")
    answer(home["M1"])
    written = list(db.session.scalars(db.select(AuditRow.action).where(AuditRow.subject == "A4")))
    assert written == ["probation.confirm", "probation.agreed"]

"""What is held waits for one person's decision and for a second person's; both are rows."""

import datetime as dt

import pytest
from sqlalchemy.exc import DatabaseError

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.pay import decisions
from crm.pay.models import PaymentConfirmation, PaymentDecision
from crm.transactions import atomic
from tests.pay.conftest import NOW, close, entry, lines, statement
from tests.people_builders import ELSEWHERE, keep, staff


def decide(home, *ids, verdict="release", who="H1", reason="本人书面同意"):
    return [row.decision_id for row in decisions.decide(home(who), ids, verdict, reason, NOW)]


def confirm(home, *ids, agreed=True, who="H2", answer=""):
    return decisions.confirm(home(who), ids, agreed, answer, NOW)


def test_nothing_counts_before_the_second_person(home):
    ids = decide(home, entry())
    assert lines(statement(), "deduction") == [("deduction", 0, "held")]
    confirm(home, *ids)
    assert lines(statement(), "deduction") == [("deduction", -50, "released")]


def test_a_withheld_entry_stays_out_and_says_so(home):
    confirm(home, *decide(home, entry(), verdict="withhold"))
    assert lines(statement(), "deduction") == [("deduction", 0, "withheld")]


def test_the_second_person_is_another_one(home):
    ids = decide(home, entry())
    with pytest.raises(Conflict, match="second"):
        confirm(home, *ids, who="H1")
    assert db.session.query(PaymentConfirmation).count() == 0


def test_the_manager_of_the_project_may_be_the_second_person_and_not_the_first(home):
    number = entry()
    with pytest.raises(Refused):
        decide(home, number, who="M1")
    confirm(home, *decide(home, number), who="M1")
    assert lines(statement(), "deduction") == [("deduction", -50, "released")]


def test_a_manager_of_another_project_knows_nothing_of_it(home):
    keep([staff("B1", project=ELSEWHERE)])
    ids = decide(home, entry(who="B1"))
    with pytest.raises(NotFound):
        confirm(home, *ids, who="M1")


def test_nobody_decides_about_the_own_pay(home):
    with pytest.raises(NotFound):
        decide(home, entry(who="H1"))
    ids = decide(home, entry(who="H2"))
    with pytest.raises(NotFound):
        confirm(home, *ids)


@pytest.mark.parametrize("who", ["A1", "N1"])
def test_consultants_and_finance_decide_nothing(home, who):
    ids = decide(home, entry(who="A2"))
    with pytest.raises(Refused):
        decide(home, entry(who="A2"), who=who)
    with pytest.raises(Refused):
        confirm(home, *ids, who=who)


def test_a_refused_decision_counts_nothing_and_can_be_followed_by_another(home):
    number = entry()
    confirm(home, *decide(home, number), agreed=False, answer="证据不足")
    assert lines(statement(), "deduction") == [("deduction", 0, "held")]
    confirm(home, *decide(home, number, verdict="withhold"))
    assert lines(statement(), "deduction") == [("deduction", 0, "withheld")]


def test_a_refusal_says_why_and_a_decision_gives_a_reason(home):
    with pytest.raises(Invalid, match="reason"):
        decide(home, entry(), reason=" ")
    with pytest.raises(Invalid, match="why"):
        confirm(home, *decide(home, entry()), agreed=False)


def test_many_are_decided_with_one_reason_or_none_of_them(home):
    numbers = [entry(on=dt.date(2026, 10, day)) for day in (8, 9, 10)]
    with pytest.raises(NotFound):
        decide(home, *numbers, 999)
    assert db.session.query(PaymentDecision).count() == 0
    assert len(decide(home, *numbers)) == 3


def test_what_waits_for_the_second_person_is_not_decided_again(home):
    number = entry()
    decide(home, number)
    with pytest.raises(Conflict):
        decide(home, number, verdict="withhold")


def test_a_decision_is_answered_once(home):
    ids = decide(home, entry())
    confirm(home, *ids)
    with pytest.raises(Conflict):
        confirm(home, *ids, who="M1")


def test_an_entry_that_was_taken_back_and_a_reward_need_no_decision(home):
    number = entry()
    entry(amount="50", corrects=number, kind="reversal")
    with pytest.raises(Conflict):
        decide(home, number)
    with pytest.raises(Invalid):
        decide(home, entry("two-deposits-day", "10"))


def test_a_decision_after_the_month_was_closed_counts_in_the_open_one(home):
    number = entry()
    close("2026-10")
    confirm(home, *decide(home, number))
    assert lines(statement("2026-10"), "deduction") == [("deduction", 0, "held")]
    assert lines(statement("2026-11"), "correction") == [("correction", -50, "")]
    close("2026-11")
    assert lines(statement("2026-12"), "correction") == []


def test_a_later_decision_takes_a_released_deduction_back(home):
    number = entry()
    confirm(home, *decide(home, number))
    close("2026-10")
    confirm(home, *decide(home, number, verdict="withhold"))
    assert lines(statement("2026-11"), "correction") == [("correction", 50, "")]


def test_the_reversal_of_a_released_deduction_pays_it_back_in_the_open_month(home):
    number = entry()
    confirm(home, *decide(home, number))
    close("2026-10")
    entry(amount="50", corrects=number, kind="reversal", month="2026-11")
    assert lines(statement("2026-11"), "deduction", "correction") == [("deduction", 50, "released")]


def test_decisions_are_rows_that_the_database_keeps(home):
    confirm(home, *decide(home, entry()))
    for table in ("payment_decisions", "payment_confirmations"):
        with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
            session.connection().exec_driver_sql(f"DELETE FROM {table}")

"""A month's statement: pay by terms, commission, the ledger, and what a closed month leaves to the open one."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from crm.extensions import db
from crm.pay.models import StatementLine
from crm.people.models import Staff, Term
from crm.people.settings import change_settings
from crm.transactions import atomic
from tests.pay.conftest import change, close, deal, entry, lines, plan, receipt, statement
from tests.people_builders import keep, staff


def term(from_on, who="A1", **values):
    keep([Term(staff_id=who, from_on=from_on, **values)])


def test_base_and_variable_pay_are_those_of_the_month(home):
    assert lines(statement()) == [("base", 5000, ""), ("variable", 2000, "")]
    assert statement().total == 7000_00


def test_a_raise_in_november_leaves_september_as_it_was(home):
    close("2026-09")
    term(dt.date(2026, 11, 1), monthly_base_pay=Decimal(6000))
    assert lines(statement("2026-09"), "base") == [("base", 5000, "")]
    assert lines(statement("2026-10"), "base", "correction") == [("base", 5000, "")]
    assert lines(statement("2026-11"), "base") == [("base", 6000, "")]


def test_a_raise_amid_a_month_counts_by_its_workdays(home):
    term(dt.date(2026, 11, 16), monthly_base_pay=Decimal(7100))
    # November 2026 has 21 workdays, 10 of them before the 16th.
    expected = (Decimal(5000) * 10 + Decimal(7100) * 11) / 21
    assert lines(statement("2026-11"), "base") == [("base", round(expected, 2), "")]
    assert "10/21" in statement("2026-11").lines[0].words[0]


def test_a_term_that_changes_no_pay_leaves_the_month_whole(home):
    term(dt.date(2026, 11, 16), project="湖畔花园")
    assert lines(statement("2026-11"), "base") == [("base", 5000, "")]


def test_who_begins_or_leaves_amid_a_month_is_paid_its_workdays(home):
    keep([staff("A5", hired_on=dt.date(2026, 11, 30), monthly_base_pay=Decimal(2100))])
    assert lines(statement("2026-11", "A5")) == [("base", 100, "")]
    assert lines(statement("2026-10", "A5")) == []
    change(db.session.get(Staff, "A5"), left_on=dt.date(2026, 12, 1))
    assert lines(statement("2026-11", "A5")) == [("base", 100, "")]


def test_a_pay_that_nobody_entered_is_unknown_and_said_to_be(home):
    keep([staff("A5")])
    one = statement("2026-10", "A5")
    assert one.unknown
    assert one.lines[0].amount is None
    assert "未登记" in one.lines[0].words[0]


def test_a_deal_earns_by_the_plan_of_its_month(home):
    plan(home)
    deal("D1")
    deal("D2", on=dt.date(2026, 10, 20))
    deal("D3", on=dt.date(2026, 10, 21))
    assert lines(statement(), "commission") == [
        ("commission", 3000, ""),
        ("commission", 3000, ""),
        ("commission", 4000, ""),
    ]
    assert lines(statement("2026-11"), "commission") == []


def test_a_ruling_splits_the_deal_to_the_fen(home):
    plan(home, tiers=((Decimal(0), Decimal(10_000)),))
    deal("D1", amount="100.01", shares=(("A1", "50"), ("A2", "50")))
    first, second = statement(who="A1"), statement(who="A2")
    assert lines(first, "commission") == [("commission", Decimal("50.01"), "")]
    assert lines(second, "commission") == [("commission", Decimal("50.00"), "")]


def test_money_received_pays_in_its_month(home):
    plan(home, paid_on="received")
    deal("D1")
    receipt("R1", dt.date(2026, 10, 6), "400000")
    receipt("R2", dt.date(2026, 11, 6), "600000")
    assert lines(statement(), "commission") == [("commission", 1200, "")]
    assert lines(statement("2026-11"), "commission") == [("commission", 1800, "")]


def test_a_cancelled_deal_is_taken_back_in_the_month_of_cancelling(home):
    plan(home)
    row = deal("D1")
    close("2026-10")
    change(row, cancelled_on=dt.date(2026, 11, 3))
    assert lines(statement("2026-10"), "commission") == [("commission", 3000, "")]
    assert lines(statement("2026-11"), "commission", "clawback", "correction") == [("clawback", -3000, "")]


def test_a_missed_quota_lowers_the_rate_of_its_month(home):
    from crm.people.models import ParameterValue

    keep(
        [
            ParameterValue(
                name="commission_points_cut",
                from_on=None,
                value="0.1",
                set_by="t",
                set_at=dt.datetime(2026, 1, 1),
            )
        ]
    )
    plan(home)
    deal("D1")
    entry("quota-missed", "-2000", dt.date(2026, 10, 31))
    one = statement()
    assert lines(one, "commission", "variable_cut") == [("variable_cut", -2000, ""), ("commission", 2000, "")]
    assert "下调 0.1 个百分点" in next(line for line in one.lines if line.kind == "commission").words[0]


def test_rewards_are_paid_red_deductions_are_held_amber_ones_are_paid_as_agreed(home):
    entry("two-deposits-day", "10")
    entry("followup-missed", "-50")
    entry("quota-missed", "-2000", dt.date(2026, 10, 31))
    one = statement()
    assert lines(one, "reward", "deduction", "variable_cut") == [
        ("variable_cut", -2000, ""),
        ("reward", 10, ""),
        ("deduction", 0, "held"),
    ]
    assert one.ledger == -2040_00
    assert one.kept_back == -50_00


def test_the_company_says_which_flags_hold(home):
    entry("followup-missed", "-50")
    entry("quota-missed", "-2000", dt.date(2026, 10, 31))
    change_settings({"held_flags": ["amber"]})
    assert lines(statement(), "deduction", "variable_cut") == [
        ("variable_cut", 0, "held"),
        ("deduction", -50, ""),
    ]


def test_an_entry_that_was_taken_back_before_anybody_decided_waits_no_longer(home):
    first = entry()
    entry(amount="50", corrects=first, kind="reversal")
    one = statement()
    assert lines(one, "deduction") == [("deduction", 0, "lifted"), ("deduction", 0, "lifted")]
    assert one.ledger == 0


def test_a_reward_that_is_taken_back_takes_its_money_back(home):
    first = entry("two-deposits-day", "10")
    close("2026-10")
    entry("two-deposits-day", "-10", corrects=first, kind="reversal", month="2026-11")
    assert lines(statement("2026-10"), "reward") == [("reward", 10, "")]
    assert lines(statement("2026-11"), "reward", "correction") == [("reward", -10, "")]


def test_days_of_absence_without_a_known_pay_are_shown(home):
    entry("report-untracked", None, absent_days="0.5")
    one = statement()
    assert one.absent_days == "0.5"
    assert lines(one, "deduction") == [("deduction", 0, "held")]


def test_what_changes_later_of_a_closed_month_stands_in_the_open_one_once(home):
    plan(home)
    row = deal("D1")
    close("2026-09")
    close("2026-10")
    change(row, amount=Decimal(800_000))
    assert lines(statement("2026-10"), "commission") == [("commission", 3000, "")]
    one = statement("2026-11")
    assert lines(one, "correction") == [("correction", -600, "")]
    found = next(line for line in one.lines if line.kind == "correction")
    assert (found.of_month, found.of_kind, found.ref) == ("2026-10", "commission", "D1")
    assert "原 3,000.00 元，现 2,400.00 元" in found.words[0]
    close("2026-11")
    assert lines(statement("2026-12"), "correction") == [], "it was corrected already"


def test_a_back_dated_raise_is_paid_in_the_open_month(home):
    close("2026-10")
    term(dt.date(2026, 10, 1), monthly_base_pay=Decimal(5500))
    assert lines(statement("2026-10"), "base") == [("base", 5000, "")]
    assert lines(statement("2026-11"), "base", "correction") == [("base", 5500, ""), ("correction", 500, "")]


def test_a_closed_month_is_kept_line_by_line_and_the_database_refuses_to_change_it(home):
    entry()
    close("2026-10")
    assert db.session.query(StatementLine).count() > 0
    with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
        session.connection().exec_driver_sql("UPDATE statement_lines SET counted = 0")


def test_a_month_is_kept_only_once(home):
    close("2026-10")
    from crm.errors import Conflict

    with pytest.raises(Conflict):
        close("2026-10")


def test_a_setting_changed_later_leaves_closed_months_as_they_were(home):
    entry()
    close("2026-10")
    change_settings({"held_flags": []})
    assert lines(statement("2026-10"), "deduction") == [("deduction", 0, "held")]
    assert lines(statement("2026-11"), "correction") == []

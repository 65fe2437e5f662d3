"""Closing fixes a month; what comes in later corrects it in the open month, by rows that say why."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.deals.models import Deal
from crm.extensions import db
from crm.penalties.chain import LedgerTampered
from crm.penalties.closing import Moved, NotYet, booked_in_month, close_month, hindrances
from crm.penalties.models import Closing, LedgerEntry, Settlement
from crm.penalties.months import is_closed, open_month
from crm.penalties.rulebooks import UnknownVersion, parameters_of
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from crm.people.models import CalendarDay, ParameterValue
from tests.penalties.books import CLOSED, begin, entries, waive, write_past_the_program
from tests.people_builders import contact, count, customer, keep

NOVEMBER = dt.datetime(2026, 11, 20, 0, 30)
MISSED = LedgerEntry.rule == "followup-missed"


@pytest.fixture
def october(store):
    begin()


def close(month="2026-10", at=CLOSED, **rest):
    return close_month(month, at, "H1", **rest)


def settle(at=NOVEMBER):
    return settle_open(at, "night")


def corrections():
    return [row for row in entries() if row.kind in ("reversal", "late")]


def booked(month):
    db.session.rollback()
    return booked_in_month(db.session(), month)


def set_value(name, value, from_on=None):
    keep([ParameterValue(name=name, from_on=from_on, value=value, set_by="H1", set_at=CLOSED)])


def test_closing_settles_and_fixes_entries_rulebook_and_calendar(october):
    row = close()
    found = booked("2026-10")
    assert (row.entries, row.amount, row.entries_digest) == (found.entries, found.amount, found.digest)
    assert found.entries > 20
    assert found.amount == sum((one.amount or Decimal(0)) for one in entries(LedgerEntry.month == "2026-10"))
    assert row.rulebook == db.session.scalar(select(Settlement.rulebook))
    assert row.calendar.startswith("2026-01-05:"), "from the day the first of the staff was hired"
    assert (row.closed_by, row.closed_at) == ("H1", CLOSED)
    assert is_closed("2026-10")
    assert is_closed("2026-09")
    assert not is_closed("2026-11")
    assert open_month(db.session()) == "2026-11"
    assert look_through(db.session()).faults == []


def test_a_month_is_not_closed_while_a_record_can_still_undo_an_entry(october):
    with pytest.raises(NotYet, match="from 2026-11-02"):
        close(at=dt.datetime(2026, 11, 1, 23))
    assert count(Closing) == count(Settlement) == 0
    assert close(at=dt.datetime(2026, 11, 2)).month == "2026-10"


@pytest.mark.parametrize("month", ["2026-09", "2026-11", "2027-01"])
def test_months_are_closed_in_order(october, month):
    settle()
    with pytest.raises(NotYet):
        close(month, at=dt.datetime(2027, 3, 1))
    assert count(Closing) == 0


def test_a_month_is_closed_once(october):
    close()
    with pytest.raises(NotYet, match="closed already"):
        close()
    assert count(Closing) == 1


def test_an_empty_company_has_no_month_to_close(store):
    with pytest.raises(NotYet, match="no records"):
        close()


def test_what_hinders_is_said_before_settling(october):
    (one,) = hindrances(db.session(), "2026-10", CLOSED.date())
    assert one.settles
    assert "现在结算" in one.zh
    settle(CLOSED)
    assert hindrances(db.session(), "2026-10", CLOSED.date()) == []


def test_whoever_looked_at_other_figures_is_asked_to_look_again(october):
    settle(CLOSED)
    seen = booked("2026-10")
    waive(entries(MISSED)[2].on)
    with pytest.raises(Moved):
        close(expected=seen.digest)
    assert count(Closing) == 0
    assert close(expected=booked("2026-10").digest).entries > seen.entries


def test_a_tampered_ledger_is_not_closed(october):
    settle(CLOSED)
    write_past_the_program(["UPDATE ledger SET amount = -1 WHERE entry_id = 5"])
    with pytest.raises(LedgerTampered):
        close()
    assert count(Closing) == 0


def test_a_late_waiver_corrects_a_closed_month_in_the_open_one_and_says_why(october):
    before = close()
    third = entries(MISSED)[2]
    waive(third.on, signed=dt.date(2026, 11, 10))
    settle()
    (reversal,) = entries(LedgerEntry.corrects == third.entry_id)
    assert (reversal.month, reversal.kind, reversal.on) == ("2026-11", "reversal", third.on)
    assert reversal.amount == -third.amount
    assert "更正已结账的 2026-10" in reversal.why_zh
    assert "2026-11-10" in reversal.why_zh
    assert "C1" in reversal.why_zh
    assert "waiver signed 2026-11-10" in reversal.why_en
    assert booked("2026-10").digest == before.entries_digest, "the closed month stands"
    assert look_through(db.session()).faults == []


def deal(**values):
    ordinary = {"customer_id": "C1", "staff_id": "A01", "unit_kind": "residential"}
    return Deal(deal_id="D1", **(ordinary | values))


def test_a_deal_entered_late_reverses_a_drought_and_what_it_moves_comes_as_late_entries(october):
    close()
    keep([deal(holding_deposit_on=dt.date(2026, 10, 8), entered_at=dt.datetime(2026, 11, 5, 9))])
    settle()
    found = [row for row in corrections() if row.rule == "holding-drought"]
    assert {row.kind for row in found} == {"reversal", "late"}
    assert all(row.month == "2026-11" for row in found)
    assert all("deal D1 entered 2026-11-05 09:00" in row.why_en for row in found)


def test_a_count_that_goes_across_the_end_of_a_closed_month_counts_no_day_twice(october):
    settle()
    before = [row.on for row in entries(LedgerEntry.rule == "holding-drought")]
    close()
    set_value("holding_days", "7")
    settle(NOVEMBER + dt.timedelta(days=5))
    after = [row.on for row in entries(LedgerEntry.rule == "holding-drought", LedgerEntry.month == "2026-10")]
    assert after == [day for day in before if day < dt.date(2026, 11, 1)]
    gone = {row.corrects for row in entries(LedgerEntry.kind == "reversal")}
    rows = entries(LedgerEntry.rule == "holding-drought", LedgerEntry.kind != "reversal")
    stands = sorted(row.on for row in rows if row.entry_id not in gone)
    assert next(day for day in stands if day >= dt.date(2026, 11, 1)) == dt.date(2026, 11, 10)


def test_a_cancelled_deal_comes_out_as_corrections_only(october):
    keep([deal(holding_deposit_on=dt.date(2026, 10, 8), subscription_on=dt.date(2026, 10, 12))])
    closed = close()
    from crm.transactions import atomic

    with atomic() as session:
        session.get(Deal, "D1").cancelled_on = dt.date(2026, 10, 8)
    settle()
    assert booked("2026-10").digest == closed.entries_digest
    about = [row for row in corrections() if row.rule in ("holding-drought", "subscription-drought")]
    assert {row.kind for row in about} == {"reversal", "late"}
    assert {row.month for row in about} == {"2026-11"}
    assert settle().posted == 0


def test_a_closed_month_is_computed_again_with_its_own_rulebook(october):
    old = close().rulebook
    set_value("followup_fine", "80")
    done = settle()
    assert (done.reversed, done.late) == (0, 0), "October keeps its fifty yuan"
    amounts = [row.amount for row in entries(MISSED, LedgerEntry.month == "2026-11")]
    assert amounts[0] == Decimal("-50.00"), "its clock was set in October"
    assert set(amounts[1:]) == {Decimal("-80.00")}
    day = entries(MISSED)[2].on
    waive(day)
    settle()
    assert {row.amount for row in entries(MISSED, LedgerEntry.kind == "late")} <= {Decimal("-50.00")}
    assert parameters_of(old).decimal("followup_fine", 20_000) == 50
    assert (
        parameters_of(entries(LedgerEntry.kind == "posted")[-1].rulebook).decimal("followup_fine", 20_000)
        == 80
    )
    with pytest.raises(UnknownVersion):
        parameters_of("9.9.9+000000000000")


def test_a_new_value_from_a_later_date_changes_nothing_of_a_closed_month(october):
    close()
    set_value("followup_fine", "80", from_on=dt.date(2026, 11, 10))
    assert settle().reversed == 0


def test_records_that_begin_later_by_a_new_setting_leave_a_closed_month_as_it_is(october):
    close()
    db.session.rollback()
    from crm.transactions import atomic

    with atomic() as session:
        row = session.scalar(select(ParameterValue).where(ParameterValue.name == "records_begin"))
        row.value = "2026-10-20"
    assert settle().reversed == 0
    assert settle().posted == 0


def test_a_closed_month_keeps_the_calendar_it_was_closed_with(october):
    close()
    keep([CalendarDay(date=dt.date(2026, 10, 13), workday=False)])
    done = settle()
    assert (done.reversed, done.late) == (0, 0)


def test_an_open_month_takes_the_calendar_as_it_is_now(october):
    settle()
    keep([CalendarDay(date=dt.date(2026, 10, 13), workday=False)])
    assert settle().reversed > 0


def test_what_is_dated_before_the_first_closed_month_is_booked_in_the_open_one(october):
    close()
    early = dt.datetime(2026, 10, 5, 9)
    row = customer("C2", first_contact_at=early)
    keep([row, contact("K5", "C2", kind="visit", happened_at=early, recorded_at=CLOSED)])
    settle()
    assert {
        row.month for row in entries(LedgerEntry.customer_id == "C2", LedgerEntry.on < dt.date(2026, 11, 1))
    } == {"2026-11"}


def test_two_months_are_closed_one_after_the_other_and_corrections_go_on(october):
    close()
    waive(entries(MISSED)[2].on)
    close("2026-11", dt.datetime(2026, 12, 3, 9))
    waive(entries(MISSED)[3].on, signed=dt.date(2026, 12, 10))
    settle(dt.datetime(2026, 12, 20, 0, 30))
    months = {row.month for row in entries(LedgerEntry.kind == "reversal")}
    assert months == {"2026-11", "2026-12"}
    assert db.session.scalar(select(func.count()).select_from(Closing)) == 2
    assert look_through(db.session()).faults == []

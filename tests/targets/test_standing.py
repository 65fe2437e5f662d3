"""Units, pace and places of a month, and that the ranking is the rulebook's own."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.extensions import db
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from crm.people.models import CalendarDay, RosterDay, Term
from crm.targets.quota_figures import needed_by_day, sold_by_day
from crm.targets.standing import Pace, line_of, own_place, standings
from tests.people_builders import ELSEWHERE, HOME, keep, staff
from tests.targets.builders import AT, NOVEMBER, OCTOBER, TODAY, quota, sale, shared

DAY = dt.timedelta(days=1)


def month(staff_id, first=NOVEMBER, project=None, today=TODAY):
    return line_of(standings(first, today, project), staff_id)


def test_units_and_amounts_count_by_percent_and_only_flats_and_shopfronts(home):
    keep([quota("A1"), sale("A1"), sale("A1", unit_kind="shopfront"), sale("A1", unit_kind="parking")])
    keep(shared(sale("A1", wan=100), ("A1", 25), ("A2", 75)))
    assert (month("A1").units, month("A1").amount) == (Decimal("2.25"), Decimal(4250000))
    assert (month("A2").units, month("A2").amount) == (Decimal("0.75"), Decimal(750000))


@pytest.mark.parametrize(
    ("values", "units"),
    [
        ({}, 1),
        ({"on": NOVEMBER}, 1),
        ({"on": NOVEMBER - DAY}, 0),
        ({"on": TODAY + DAY}, 0),
        ({"cancelled_on": TODAY}, 0),
        ({"cancelled_on": TODAY + DAY}, 1),
    ],
)
def test_a_deal_counts_if_it_was_signed_in_the_month_by_today_and_stands(home, values, units):
    keep([quota("A1"), sale("A1", **values)])
    assert month("A1").units == units


def test_what_is_cancelled_after_the_month_leaves_the_month_as_it_was(home):
    keep([quota("A1", month=OCTOBER), sale("A1", OCTOBER + DAY, cancelled_on=NOVEMBER)])
    assert month("A1", OCTOBER).units == 1


def test_the_pace_goes_by_the_persons_own_workdays(home):
    keep([quota("A1", 4), quota("A2", 4)])
    keep(RosterDay(staff_id="A2", date=NOVEMBER + n * DAY, kind="leave") for n in range(20))
    ours, theirs = month("A1"), month("A2")
    assert (ours.workdays, ours.elapsed) == (21, 17)  # November 2026: 1 to 24 with 17 Mondays to Fridays
    assert ours.pace == Pace(Decimal(4) * 17 / 21, Decimal(0))
    assert (theirs.workdays, theirs.elapsed) == (6, 2)
    assert theirs.pace.needed == Decimal(4) * 2 / 6


def test_the_companys_calendar_is_part_of_the_pace(home):
    keep([quota("A1", 4), CalendarDay(date=dt.date(2026, 11, 7), workday=True)])
    assert (month("A1").workdays, month("A1").elapsed) == (22, 18)


@pytest.mark.parametrize(
    ("done", "word"),
    [("2.49", "behind"), ("2.5", "behind"), ("2.51", "even"), ("3.49", "even"), ("3.5", "ahead")],
)
def test_within_half_a_unit_nobody_is_ahead_or_behind(done, word):
    assert Pace(Decimal(3), Decimal(done)).word == word


def test_without_a_quota_or_a_workday_there_is_no_pace(home):
    keep([quota("A2")])
    keep(RosterDay(staff_id="A2", date=NOVEMBER + n * DAY, kind="leave") for n in range(30))
    assert month("A1").pace is None
    assert month("A2").pace is None


def test_places_go_by_units_then_by_amount_and_ties_share_one(home):
    keep([staff("A5"), staff("A6"), *(quota(one) for one in ("A1", "A2", "A3", "A5", "A6"))])
    keep(
        [
            sale("A1", wan=300),
            sale("A1", wan=300),
            sale("A2", wan=500),
            sale("A3", wan=400),
            sale("A5", wan=400),
        ]
    )
    lines = standings(NOVEMBER, TODAY, HOME)
    places = {line.member.staff_id: line.place for line in lines}
    assert places == {"A1": 1, "A2": 2, "A3": 3, "A5": 3, "A6": 5, "A4": None}
    assert [line.member.staff_id for line in lines if line.last] == ["A6"]


def test_nobody_is_last_where_all_are_equal(home):
    keep(quota(one) for one in ("A1", "A2", "A3"))
    assert [line.last for line in standings(NOVEMBER, TODAY, HOME) if line.place] == [False] * 3


def test_each_project_has_its_own_places(home):
    keep([quota("A1"), quota("B1"), sale("A1")])
    assert (month("A1").place, month("B1").place) == (1, 1)


def test_who_is_not_ranked_stands_apart_with_the_reason(home):
    keep([quota("A1"), quota("A4"), staff("A5", hired_on=NOVEMBER + DAY), quota("A5")])
    keep([staff("A6", left_on=dt.date(2026, 11, 29), hired_on=dt.date(2025, 1, 1)), quota("A6")])
    found = {line.member.staff_id: line.standing for line in standings(NOVEMBER, TODAY, HOME)}
    assert found == {
        "A1": "ranked",
        "A2": "no_quota",
        "A3": "no_quota",
        "A4": "probation",
        "A5": "part_month",
        "A6": "part_month",
    }


def test_the_place_is_among_those_of_the_project_on_the_months_last_date(home):
    keep([quota("A1", month=OCTOBER), quota("A2", month=OCTOBER)])
    keep([quota("A1"), quota("A2"), Term(staff_id="A2", from_on=NOVEMBER, project=ELSEWHERE)])
    assert {line.member.staff_id for line in standings(OCTOBER, TODAY, HOME)} == {"A1", "A2", "A3", "A4"}
    assert month("A2").member.project == ELSEWHERE
    assert own_place(standings(NOVEMBER, TODAY), "A1").ranked == 1


def test_a_person_who_is_no_property_consultant_any_more_is_not_ranked(home):
    keep([quota("A1"), quota("A2"), Term(staff_id="A2", from_on=NOVEMBER, role="front_desk")])
    assert month("A2").standing == "other_post"


def test_the_gap_says_how_far_the_next_better_one_is(home):
    keep([quota(one) for one in ("A1", "A2", "A3")])
    keep([sale("A1", wan=300), sale("A1", wan=300), sale("A2", wan=200), sale("A3", wan=150)])
    lines = standings(NOVEMBER, TODAY, HOME)
    first, second, third = (own_place(lines, one) for one in ("A1", "A2", "A3"))
    assert first.gap is None
    assert (second.gap.units, second.gap.amount) == (1, Decimal(4000000))
    assert (third.gap.units, third.gap.amount) == (0, Decimal(500000))
    assert (third.place, third.ranked, third.shared) == (3, 3, False)
    assert own_place(lines, "A4") is None


def test_the_curves_end_where_the_month_stands(home):
    keep([quota("A1", 4), quota("A2", 2), sale("A1", NOVEMBER), sale("A2", TODAY)])
    lines = standings(NOVEMBER, TODAY, HOME)
    needed = needed_by_day(lines, 30)
    assert needed[-1] == 6
    assert needed[TODAY.day - 1] == sum(line.pace.needed for line in lines if line.pace)
    assert sold_by_day(lines, [NOVEMBER, TODAY - DAY, TODAY]) == [1, 1, 2]


def test_whoever_the_page_calls_last_with_a_missed_quota_is_whom_the_ledger_names(home):
    """Units, projects, ties and probation are read here and in the rulebook; the ends must meet."""
    keep([staff("A5"), staff("B2", project=ELSEWHERE), staff("B3", project=ELSEWHERE)])
    keep(quota(one, 2, OCTOBER) for one in ("A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3"))
    day = OCTOBER + 9 * DAY
    keep(
        [sale("A1", day), sale("A1", day), sale("A2", day), sale("A3", day), sale("B2", day), sale("B3", day)]
    )
    keep(shared(sale("A5", day, wan=500), ("A5", 50), ("A4", 50)))
    settle_open(AT, "test")
    rows = db.session.query(LedgerEntry).filter_by(rule="training-notice").all()
    lines = standings(OCTOBER, TODAY)
    called = {line.member.staff_id for line in lines if line.last and line.missed}
    assert called == {row.staff_id for row in rows} == {"A5", "B1"}


def test_a_month_that_has_not_begun_asks_for_nothing_yet(home):
    keep([quota("A1", month=dt.date(2026, 12, 1))])
    line = month("A1", dt.date(2026, 12, 1))
    assert (line.elapsed, line.pace.needed, line.units) == (0, 0, 0)

"""Rulebook, Parameters: every number is one, and has values from dates on."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import (
    Rows,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_quota,
    a_resignation,
    a_roster_row,
    a_visit,
    history,
)
from tests.rulebook.ask import SECOND, amounts, dates, duties, found, suggestion
from tests.second_reading.parameters import BUILT_IN

NEW = history(a_consultant("A", hired="11-02", base_pay="4200"))
VISITOR = history(a_consultant("A", hired="11-02"), a_customer(), a_visit("C", "A", "11-02"))
CALLER = history(a_consultant("A", hired="11-02"), a_customer(), a_call("C", "A", "11-02"))


# values from dates on


def test_a_value_is_in_force_from_its_date_on() -> None:
    fines = amounts("callin-missed", CALLER, until="11-06", callin_fine=[("11-05", 20)])
    assert fines == ["-50.00", "-50.00", "-20.00", "-20.00"]


def test_of_several_values_the_latest_that_began_is_in_force() -> None:
    series = [("11-06", 1), ("11-04", 20)]
    assert amounts("callin-missed", CALLER, until="11-06", callin_fine=series) == [
        "-50.00",
        "-20.00",
        "-20.00",
        "-1.00",
    ]


def test_a_plain_value_is_in_force_on_all_dates() -> None:
    assert amounts("callin-missed", CALLER, until="11-04", callin_fine=20) == ["-20.00", "-20.00"]


# which date's value


def test_a_count_uses_the_value_of_the_date_walked() -> None:
    # five workdays by the 6th: with the new value it is reached at once on the 5th, the fourth
    assert dates("holding-drought", NEW, until="11-09", holding_days=[("11-05", 3)]) == ["11-05"]
    assert dates("holding-drought", NEW, until="11-11", holding_days=[("11-09", 7)]) == ["11-10"]


def test_a_limit_lowered_on_a_date_that_adds_nothing_is_reached_on_the_next_that_does() -> None:
    # 7 November is a Saturday: five workdays are counted then, and the next is Monday the 9th
    assert dates("holding-drought", NEW, until="11-09", holding_days=[("11-07", 4)]) == ["11-09"]
    leave = {**NEW, "roster": [a_roster_row("A", "11-05", "leave")[1]]}
    assert dates("subscription-drought", leave, until="11-06", subscription_days=[("11-05", 2)]) == ["11-06"]
    friday = selling("11-06", "11-06")
    assert dates("two-deposits-3-days", friday, streak_days=[("11-07", 1)]) == []


def test_a_due_uses_the_value_of_the_clocks_date() -> None:
    def missed(until: str, begins: str, every: int) -> list[str]:
        return dates("followup-missed", VISITOR, until=until, followup_every_days=[(begins, every)])

    assert missed("11-09", "11-03", 1)[:2] == ["11-05", "11-06"]
    assert missed("11-05", "11-02", 1)[0] == "11-03"
    assert missed("11-10", "11-05", 5) == ["11-05", "11-10"]


def test_the_fine_of_a_due_is_that_of_the_clocks_date() -> None:
    fines = amounts("followup-missed", VISITOR, until="11-09", followup_fine=[("11-03", 20)])
    assert fines == ["-50.00", "-20.00"]


def test_the_pay_of_an_absence_uses_the_value_of_the_date() -> None:
    costs = amounts("report-untracked", NEW, until="11-03", paid_days_a_month=[("11-03", 20)])
    assert costs == ["-96.55", "-105.00"]


def test_a_record_uses_the_value_of_the_date_it_happened_on() -> None:
    late = a_visit("C", "A", "11-05", recorded="11-07")
    story = {**VISITOR, "contacts": [*VISITOR["contacts"], late[1]]}

    def missed(begins: str) -> list[str]:
        series = [(begins, 2)]
        return dates("followup-missed", story, until="11-05", followup_record_within_days=series)

    assert missed("11-05") == []
    assert missed("11-06") == ["11-05"]


# every number is a parameter


def selling(*holding: str) -> Rows:
    deals = [a_deal("C", "A", holding=on) for on in holding]
    return history(a_consultant("A", hired="11-02"), a_customer(), deals)


def receiving(groups: int, *days: str) -> Rows:
    told = []
    for on in days:
        for number in range(groups):
            customer_id = f"V{on}{number}"
            told += [a_customer(customer_id, "M", on), a_visit(customer_id, "A", on)]
    return history(a_consultant("A", hired="11-02"), told)


def test_deposits_a_day_and_day_reward() -> None:
    assert amounts("two-deposits-day", selling("11-03"), deposits_a_day=1, day_reward=7) == ["7.00"]
    assert amounts("two-deposits-day", selling("11-03", "11-03"), deposits_a_day=3) == []


def test_streak_days_and_streak_reward() -> None:
    story = selling("11-03", "11-04")
    given: dict[str, Any] = {"deposits_a_day": 1, "streak_days": 2, "streak_reward": 9}
    assert amounts("two-deposits-3-days", story, **given) == ["9.00"]
    assert amounts("two-deposits-3-days", story, **{**given, "streak_days": 3}) == []


def test_groups_groups_days_and_groups_fine() -> None:
    story = receiving(2, "11-03", "11-04")
    given: dict[str, Any] = {"groups_days": 2, "groups": 4, "groups_fine": 5}
    assert amounts("six-groups-no-deposit", story, **given) == ["-5.00"]
    assert amounts("six-groups-no-deposit", story, **{**given, "groups": 5}) == []
    assert amounts("six-groups-no-deposit", story, **{**given, "groups_days": 1}) == []


def test_holding_days_and_holding_fine() -> None:
    assert dates("holding-drought", NEW, until="11-09", holding_days=5) == ["11-06"]
    assert amounts("holding-drought", NEW, until="11-09", holding_fine=1) == ["-1.00"]


def test_subscription_days_and_subscription_fine() -> None:
    assert dates("subscription-drought", NEW, until="11-11", subscription_days=9) == ["11-10"]
    assert amounts("subscription-drought", NEW, until="11-11", subscription_fine=1) == ["-1.00"]


def test_untracked_and_false_report_days() -> None:
    lines = found("report-untracked", NEW, until="11-02", untracked_report_days="0.25")
    assert [(line.amount, line.absent_days) for line in lines] == [("-48.28", "0.25")]
    reports = [{"staff_id": "A", "date": NEW["staff"][0]["hired_on"], "false": True, "decided_by": "M"}]
    lines = found("report-false", {**NEW, "reports": reports}, until="11-02", false_report_days=2)
    assert [(line.amount, line.absent_days) for line in lines] == [("-386.21", "2")]


def test_confirm_units_and_confirm_after_months() -> None:
    deals = [a_deal("C", "A", contract="08-20"), a_deal("C", "A", contract="09-05", units=2)]
    story = history(a_consultant("A", hired="08-15"), a_customer("C", "A", "08-15"), deals)
    assert dates("early-confirmation", story, confirm_units=2) == ["09-05"]
    assert dates("early-confirmation", story, confirm_units=3) == ["11-15"]
    assert dates("early-confirmation", story, confirm_units=3, confirm_after_months=1) == ["09-15"]
    assert dates("early-confirmation", story, confirm_units=3, confirm_after_months=0) == ["09-05"]


def test_fewer_units_or_months_wanted_from_a_date_on_can_be_reached_on_that_very_date() -> None:
    deals = a_deal("C", "A", contract="09-05", units=3), a_deal("C", "A", contract="08-31", units=3)
    story = history(a_consultant("A", hired="08-15"), a_customer("C", "A", "08-15"), list(deals))
    assert dates("early-confirmation", story, confirm_units=[("09-10", 3)]) == ["09-10"]
    sooner = [("09-20", 0)]
    assert dates("early-confirmation", story, confirm_units=6, confirm_after_months=sooner) == ["09-20"]


def test_the_notice_of_a_resignation_is_judged_by_the_value_of_its_last_date() -> None:
    story = history(a_consultant("A"), a_resignation("A", "11-10", "11-30"))
    assert dates("resignation-deduction", story, notice_days=[("11-30", 20)]) == []
    assert dates("resignation-deduction", story, notice_days=[("12-01", 20)]) == ["11-30"]


def test_protection_uses_the_value_of_the_contacts_date() -> None:
    deal = a_deal("C", "A", holding="11-20", deal_id="D")
    story = history(a_consultant("A"), a_customer(), a_visit("C", "A", "11-10"), deal)
    later = suggestion(story, protection_days=[("11-11", 5)])
    sooner = suggestion(story, protection_days=[("11-10", 5)])
    assert [one["candidates"][0]["protected"] for one in (later, sooner)] == [True, False]


def test_the_cost_of_a_duty_is_that_of_the_due_itself() -> None:
    (due,) = [duty for duty in duties(VISITOR, "11-03", followup_fine=[("11-03", 20)]) if duty.customer_id]
    assert due.cost == "50.00"  # the clock's date is the 2nd
    (due,) = [duty for duty in duties(CALLER, "11-07", callin_fine=[("11-09", 20)]) if duty.customer_id]
    assert due.cost == "20.00"  # due on the 9th


def test_a_quota_does_not_depend_on_where_the_records_begin() -> None:
    story = history(a_consultant("A"), a_quota("A", "2026-10", 1))
    assert dates("quota-missed", story, records_begin="11-01") == ["10-31"]


# the file for --rulebook


def load(tmp_path: Path, text: str) -> object:
    from crm.rulebook import parameters

    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return parameters.load(file)


def value_on(given: object, name: str, on: str) -> object:
    from crm.rulebook.tables import day_number
    from tests.builders import day

    return given.at(name, day_number(day(on)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_the_built_in_values_are_those_of_the_rulebook(name: str) -> None:
    from crm.rulebook import parameters

    assert value_on(parameters.load(), name, "11-02") == BUILT_IN[name]


def test_there_are_no_other_parameters() -> None:
    from crm.rulebook import parameters

    assert set(parameters.load().terms) == set(BUILT_IN)


def test_a_file_gives_a_value_for_all_dates(tmp_path: Path) -> None:
    given = load(tmp_path, "holding_days = 4\nrecords_begin = 2026-10-01\n")
    assert [value_on(given, "holding_days", on) for on in ("2000-01-01", "11-02")] == [4, 4]
    assert given.records_begin == 20_727  # type: ignore[attr-defined]


def test_a_file_gives_values_from_dates_on_and_the_built_in_one_before(tmp_path: Path) -> None:
    given = load(
        tmp_path, "followup_every_days = [{from = 2026-10-01, value = 4}, {from = 2026-11-01, value = 5}]"
    )
    values = [value_on(given, "followup_every_days", on) for on in ("09-30", "10-01", "10-31", "11-01")]
    assert values == [3, 4, 4, 5]


def test_an_unknown_name_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holding_dayz"):
        load(tmp_path, "holding_dayz = 4\n")


@pytest.mark.parametrize(
    "text",
    [
        'holding_days = "four"',
        "holding_days = 4.5",
        "holding_days = 0",
        "holding_days = -1",
        "holding_days = true",
        "holding_days = []",
        "holding_days = [{from = 2026-10-01}]",
        "holding_days = [{value = 4, since = 2026-10-01}]",
        'holding_days = [{from = "2026-10-01", value = 4}]',
        "holding_days = [{from = 2026-10-01, value = 4}, {from = 2026-10-01, value = 5}]",
        "records_begin = 20261001",
        "holding_fine = -50",
        "holding_days = 4 5",
    ],
)
def test_a_value_that_cannot_be_is_an_error_in_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"rules\.toml") as caught:
        load(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_built_in_value_is_not_changed_by_an_override(tmp_path: Path) -> None:
    load(tmp_path, "holding_days = 4\n")
    if not SECOND:
        assert dates("holding-drought", NEW, until="11-09") == ["11-09"]

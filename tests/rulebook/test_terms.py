"""Rulebook 1, terms: what changes over time is dated, and nothing that changes later reaches back."""

from tests.builders import (
    Record,
    Rows,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_manager,
    a_person,
    a_quota,
    a_report,
    a_term,
    a_visit,
    history,
)
from tests.rulebook.ask import amounts, dates, duties, entries, followup_duties, found, suggestion, walked


def away(since: str, until: str | None = None, post: str = "manager") -> list[Record]:
    """A is in another post from that date on, and back on the floor from the other."""
    back = [] if until is None else [a_term("A", until, role="consultant")]
    return [a_term("A", since, role=post), *back]


def team(*told: Record | list[Record], hired: str = "11-02") -> Rows:
    return history(a_consultant("A", hired=hired), a_customer("C", "A", "11-02"), *told)


def two(*days: str) -> list[Record]:
    return [a_deal("C", "A", holding=on) for on in days for _ in range(2)]


# the walk


def test_the_walk_leaves_out_the_dates_in_another_post_to_the_day() -> None:
    story = team(away("11-04", "11-06"))
    assert walked(story, "11-02", "11-08") == ["11-02", "11-03", "11-06", "11-07", "11-08"]


def test_another_trade_breaks_the_walk_like_another_role() -> None:
    story = team(a_term("A", "11-04", trade="auto"), a_term("A", "11-06", trade="property"))
    assert walked(story, "11-02", "11-07") == ["11-02", "11-03", "11-06", "11-07"]


def test_somebody_who_becomes_a_consultant_is_walked_from_that_date_on() -> None:
    story = history(a_person("A", "front_desk", hired="11-02"), a_term("A", "11-05", role="consultant"))
    assert walked(story, "11-02", "11-07") == ["11-05", "11-06", "11-07"]


def test_a_term_before_the_first_date_of_the_employment_s_records_still_holds() -> None:
    story = team(away("11-03"))
    assert walked(story, "11-02", "11-30", records_begin="11-05") == []


# 3


def test_three_dates_of_deposits_with_a_break_between_are_no_streak() -> None:
    deposits = two("11-03", "11-04", "11-06")
    assert dates("two-deposits-3-days", team(deposits, away("11-05", "11-06"))) == []
    assert dates("two-deposits-3-days", team(two("11-03", "11-04", "11-05"))) == ["11-05"]


def test_a_streak_can_begin_on_the_first_date_back() -> None:
    story = team(two("11-03", "11-04", "11-06", "11-09", "11-10"), away("11-05", "11-06"))
    assert dates("two-deposits-3-days", story) == ["11-10"]


def test_a_drought_is_counted_anew_after_a_break_even_of_a_rest_day() -> None:
    assert dates("holding-drought", team(), until="11-16") == ["11-09"]
    assert dates("holding-drought", team(away("11-07", "11-08")), until="11-16") == ["11-16"]
    assert dates("subscription-drought", team(away("11-07", "11-08")), until="11-17") == ["11-17"]


def test_a_raise_or_another_project_breaks_nothing() -> None:
    story = team(a_term("A", "11-07", variable_pay="1800"), a_term("A", "11-08", project="P2"))
    assert entries(story) == entries(team())


def visits(*days: str) -> list[Record]:
    """Two groups on each of these dates."""
    told: list[Record] = []
    for on in days:
        for number in (1, 2):
            name = f"C-{on}-{number}"
            told += [a_customer(name, "M", on), a_visit(name, "A", on)]
    return told


def test_the_three_workdays_of_six_groups_are_of_one_stretch() -> None:
    told = visits("11-05", "11-06", "11-09")
    assert dates("six-groups-no-deposit", team(told), until="11-09") == ["11-09"]
    assert dates("six-groups-no-deposit", team(told, away("11-07", "11-08")), until="11-09") == []
    later = visits("11-09", "11-10", "11-11")
    assert dates("six-groups-no-deposit", team(later, away("11-07", "11-08"))) == ["11-11"]


# 4


def tracked(*told: Record | list[Record]) -> Rows:
    """C visited on Monday 2 November and is not followed up."""
    return team([a_visit("C", "A", "11-02")], *told, hired="2026-01-05")


def test_a_due_date_in_another_post_is_no_duty_and_the_one_before_it_is() -> None:
    assert dates("followup-missed", tracked(away("11-05"))) == []
    assert dates("followup-missed", tracked(away("11-06"))) == ["11-05"]


def test_the_clock_starts_anew_on_the_first_date_back() -> None:
    story = tracked(away("11-04", "11-10"))
    assert dates("followup-missed", story, until="11-16") == ["11-13", "11-16"]


def test_there_is_no_call_to_make_on_the_first_date_back() -> None:
    story = team([a_call("C", "A", "11-02")], away("11-04", "11-06"), hired="2026-01-05")
    assert dates("callin-missed", story, until="11-10") == ["11-03", "11-09", "11-10"]


def test_what_somebody_in_another_post_records_is_a_record() -> None:
    story = tracked(a_follow_up("C", "A", "11-04"), a_customer("D", "A", "11-04"), away("11-04", "11-05"))
    assert dates("followup-missed", story, until="11-09") == ["11-09", "11-09"]


# 5


def test_a_report_costs_the_pay_of_its_date() -> None:
    story = history(a_consultant("A", hired="11-02", base_pay="4350"), a_term("A", "11-04", base_pay="8700"))
    assert amounts("report-untracked", story, until="11-04") == ["-100.00", "-100.00", "-200.00"]


def test_a_raise_in_november_leaves_september_as_it_was() -> None:
    before = history(a_consultant("A", base_pay="4350", variable_pay="1500"), a_quota("A", "2026-09", 4))
    after = history(
        a_consultant("A", base_pay="4350", variable_pay="1500"),
        a_quota("A", "2026-09", 4),
        a_term("A", "11-01", base_pay="8700", variable_pay="3000", project="P2"),
    )
    assert entries(before, "09-01", "09-30") == entries(after, "09-01", "09-30") != []


def test_there_is_no_report_to_write_in_another_post() -> None:
    story = team(away("11-04", "11-06"))
    assert dates("report-untracked", story, until="11-06") == ["11-02", "11-03", "11-06"]


def test_a_false_report_of_a_date_in_another_post_is_not_deducted() -> None:
    story = team(a_report("A", "11-04", false=True), a_report("A", "11-03", false=True), away("11-04"))
    assert dates("report-false", story) == ["11-03"]


# 6


def judged(*told: Record) -> Rows:
    return history(
        a_consultant("A", variable_pay="1500"), a_consultant("B"), a_quota("A", "2026-11", 2), *told
    )


def test_who_is_no_consultant_on_the_month_s_last_date_is_not_judged() -> None:
    assert found("quota-missed", judged(*away("11-30"))) == []
    assert dates("quota-missed", judged(*away("12-01"))) == ["11-30"]


def test_who_is_a_consultant_by_the_month_s_last_date_is_judged_by_the_quota_set_for_it() -> None:
    told = (a_person("A", "front_desk"), a_quota("A", "2026-11", 2))
    assert dates("quota-missed", history(*told, a_term("A", "11-30", role="consultant"))) == ["11-30"]
    assert dates("quota-missed", history(*told, a_term("A", "12-01", role="consultant"))) == []


def test_a_missed_quota_costs_the_variable_pay_of_the_month_s_last_date() -> None:
    assert amounts("quota-missed", judged(a_term("A", "11-30", variable_pay="2000"))) == ["-2000.00"]
    assert amounts("quota-missed", judged(a_term("A", "12-01", variable_pay="2000"))) == ["-1500.00"]


def test_the_ranking_is_of_the_project_of_the_month_s_last_date() -> None:
    told = (
        a_customer("C", "B", "11-02"),
        a_deal("C", "B", contract="11-10"),
        a_quota("B", "2026-11", 1),
    )
    ranked = judged(*told, a_term("A", "12-01", project="P2"))
    assert [line.staff_id for line in found("training-notice", ranked)] == ["A"]
    assert found("training-notice", judged(*told, a_term("A", "11-30", project="P2"))) == []


# 7


def test_nobody_is_confirmed_early_on_a_date_in_another_post() -> None:
    sold = a_deal("C", "A", contract="11-05", units=12)
    assert dates("early-confirmation", team(sold)) == ["11-05"]
    assert dates("early-confirmation", team(sold, away("11-05"))) == []
    assert dates("early-confirmation", team(sold, away("11-05", "11-09"))) == ["11-09"]


# 9


def claimed(since: str) -> str | None:
    """A, a manager from that date on, spoke with C on 3 November; the deal began a week later."""
    story = history(
        a_consultant("A"),
        a_customer("C", "A", "11-02"),
        a_visit("C", "A", "11-03"),
        a_term("A", since, role="manager"),
        a_deal("C", None, holding="11-10", deal_id="D"),
    )
    answer: str | None = suggestion(story)["suggested"]
    return answer


def test_a_contact_claims_a_deal_only_if_it_was_a_consultant_s() -> None:
    assert claimed("11-03") is None
    assert claimed("11-04") == "A"


# 12


def test_who_is_no_consultant_on_the_date_has_no_duties() -> None:
    assert [duty.kind for duty in duties(tracked(away("11-04")), "11-03")] == ["report"]
    assert duties(tracked(away("11-04")), "11-04") == []


def test_a_due_date_after_a_planned_change_of_post_is_not_the_owner_s() -> None:
    assert [duty.due_on for duty in followup_duties(tracked(away("11-06")), "11-03")] == ["2026-11-05"]
    assert followup_duties(tracked(away("11-05", "11-06")), "11-03") == []


def test_a_report_s_cost_is_the_pay_of_the_date() -> None:
    story = history(a_consultant("A", base_pay="4350"), a_term("A", "11-04", base_pay="8700"))
    assert [duties(story, on)[0].cost for on in ("11-03", "11-04")] == ["100.00", "200.00"]


# the terms themselves


def test_an_empty_cell_is_as_it_was_before() -> None:
    story = history(
        a_consultant("A", hired="11-02", base_pay="4350"),
        a_term("A", "11-03", base_pay="8700"),
        a_term("A", "11-04", project="P2"),
    )
    assert amounts("report-untracked", story, until="11-04") == ["-100.00", "-200.00", "-200.00"]


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [a_term("A", "11-03", role="manager"), a_term("A", "11-05", role="consultant")]
    assert entries(team(*rows)) == entries(team(*rows[::-1]))


def test_somebody_s_terms_are_nobody_else_s() -> None:
    story = team(a_consultant("B", hired="11-02"), a_manager("N"), *away("11-02"))
    assert {line.staff_id for line in found("report-untracked", story)} == {"B"}

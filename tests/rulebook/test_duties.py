"""Rulebook 12: what is due on a date."""

from typing import Any

from tests.builders import (
    Rows,
    a_calendar_row,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_person,
    a_report,
    a_roster_row,
    a_transfer,
    a_visit,
    a_waiver,
    history,
)
from tests.rulebook.ask import Duty, duties, followup_duties
from tests.rulebook.stories import caller, visitor


def the_duty(story: Rows, on: str, **parameters: Any) -> Duty:
    (duty,) = followup_duties(story, on, **parameters)
    return duty


def due(story: Rows, on: str) -> tuple[str, str]:
    """When it is due and whether it is done."""
    duty = the_duty(story, on)
    return duty.due_on.removeprefix("2026-"), duty.done


# which rows there are


def test_a_spell_that_covers_the_date_has_a_row() -> None:
    assert the_duty(visitor(), "11-03") == ("followup", "C", "A", "2026-11-05", "1", "", "50.00")


def test_before_the_spell_begins_and_after_it_ended_there_is_none() -> None:
    assert followup_duties(visitor(), "11-01") == []
    assert len(followup_duties(visitor(), "11-02")) == 1
    assert len(followup_duties(visitor(opted_out="11-05"), "11-04")) == 1
    assert followup_duties(visitor(opted_out="11-05"), "11-05") == []
    assert followup_duties(visitor(a_deal("C", "A", contract="11-05")), "11-05") == []


def test_after_a_transfer_the_row_is_the_new_owners() -> None:
    story = visitor(a_transfer("C", "11-04", "B"))
    assert [the_duty(story, on).staff_id for on in ("11-03", "11-04")] == ["A", "B"]
    assert the_duty(story, "11-04").due_on == "2026-11-09"


def test_in_the_pool_a_customer_has_no_row() -> None:
    story = visitor(a_transfer("C", "11-04", None))
    assert len(followup_duties(story, "11-03")) == 1
    assert followup_duties(story, "11-04") == []


def test_a_transfer_after_the_date_is_not_looked_at() -> None:
    assert due(visitor(a_transfer("C", "11-04", "B")), "11-03") == ("11-05", "1")


def test_a_waiver_that_never_ends_takes_the_row_away_from_its_first_date_on() -> None:
    story = visitor(a_waiver("C", "11-04", None))
    assert followup_duties(story, "11-04") == []
    assert followup_duties(visitor(a_waiver("C", "11-05", "11-20")), "11-05") != []


def test_a_manager_or_another_trade_has_no_rows() -> None:
    story = history(
        a_consultant("X", trade="retail"),
        [a_customer("C", "M"), a_customer("E", "X")],
        [a_visit("C", "M", "11-02"), a_visit("E", "X", "11-02")],
    )
    assert duties(story, "11-03") == []


def test_rows_are_ordered_by_person_due_date_kind_and_customer() -> None:
    story = history(
        [a_consultant("B"), a_consultant("A")],
        [a_customer("C2", "A", "11-02"), a_visit("C2", "A", "11-02")],
        [a_customer("C1", "A", "11-02"), a_visit("C1", "A", "11-02")],
        [a_customer("C3", "A", "11-02"), a_call("C3", "A", "11-02")],
        [a_customer("C10", "A", "11-01"), a_visit("C10", "A", "11-01")],
        [a_customer("C4", "B", "11-02"), a_visit("C4", "B", "11-02")],
    )
    assert [(d.staff_id, d.due_on[5:], d.kind, d.customer_id) for d in duties(story, "11-05")] == [
        ("A", "11-05", "callin", "C3"),
        ("A", "11-05", "followup", "C1"),
        ("A", "11-05", "followup", "C2"),
        ("A", "11-05", "report", ""),
        ("A", "11-09", "followup", "C10"),
        ("B", "11-05", "followup", "C4"),
        ("B", "11-05", "report", ""),
    ]


# kind


def test_one_that_first_called_is_a_callin_until_the_day_before_the_first_visit() -> None:
    story = caller(a_visit("C", "M", "11-05"))
    assert [the_duty(story, on).kind for on in ("11-04", "11-05")] == ["callin", "followup"]
    assert due(story, "11-05") == ("11-09", "1")


def test_a_visitor_who_calls_later_stays_a_followup() -> None:
    assert the_duty(visitor(a_call("C", "A", "11-04")), "11-04").kind == "followup"


# callin: due_on


def test_a_callin_is_due_on_the_owners_first_workday_from_the_date_on() -> None:
    assert due(caller(), "11-03")[0] == "11-03"
    assert due(caller(), "11-07")[0] == "11-09"
    assert due(caller(a_roster_row("A", "11-03", "leave")), "11-03")[0] == "11-04"
    assert due(caller(a_calendar_row("11-07", True)), "11-07")[0] == "11-07"


def test_it_is_due_after_the_spells_first_date() -> None:
    assert due(caller(), "11-02") == ("11-03", "1")
    assert due(caller(a_transfer("C", "11-06", "B")), "11-06") == ("11-09", "1")


def test_it_is_due_on_a_date_that_is_not_waived() -> None:
    assert due(caller(a_waiver("C", "11-03", "11-04")), "11-03") == ("11-05", "1")


def test_it_has_no_row_if_all_dates_to_come_are_waived_or_no_workdays() -> None:
    assert followup_duties(caller(a_waiver("C", "11-07", None)), "11-06") != []
    assert (
        followup_duties(caller(a_waiver("C", "11-03", None), a_waiver("C", "11-02", "11-05")), "11-02") == []
    )
    leaving = history(a_consultant("A", left="11-08"), a_customer(), a_call("C", "A", "11-02"))
    assert len(followup_duties(leaving, "11-06")) == 1
    assert followup_duties(leaving, "11-07") == []


# callin: done


def test_a_callin_is_done_by_an_effective_contact_of_the_date() -> None:
    assert due(caller(), "11-04") == ("11-04", "0")
    assert due(caller(a_follow_up("C", "A", "11-04")), "11-04") == ("11-04", "1")
    assert due(caller(a_follow_up("C", "A", "11-03")), "11-04") == ("11-04", "0")


def test_an_attempt_that_reached_nobody_leaves_it_open() -> None:
    assert due(caller(a_follow_up("C", "A", "11-04", effective=False)), "11-04") == ("11-04", "0")


def test_by_anyone_and_whenever_written_down() -> None:
    assert due(caller(a_follow_up("C", "M", "11-04", recorded="11-29")), "11-04") == ("11-04", "1")


def test_a_contact_with_another_of_the_household_does_not_do_it() -> None:
    spouse = [a_customer("S", "M", "11-03", household="H"), a_follow_up("S", "M", "11-04")]
    (duty,) = followup_duties(caller(spouse, household="H"), "11-04")
    assert duty.done == "0"


def test_a_callin_due_later_is_done() -> None:
    assert due(caller(), "11-07") == ("11-09", "1")


# followup: due_on and done


def test_a_followup_is_open_on_its_due_date_and_done_before_it() -> None:
    assert due(visitor(), "11-04") == ("11-05", "1")
    assert due(visitor(), "11-05") == ("11-05", "0")


def test_a_record_of_the_date_itself_moves_it_on() -> None:
    assert due(visitor(a_follow_up("C", "A", "11-05")), "11-05") == ("11-09", "1")
    assert due(visitor(a_follow_up("C", "A", "11-05")), "11-04") == ("11-05", "1")


def test_a_record_after_the_date_is_not_looked_at() -> None:
    assert due(visitor(a_follow_up("C", "A", "11-04")), "11-03") == ("11-05", "1")
    assert due(visitor(a_deal("C", "A", holding="11-05")), "11-03") == ("11-05", "1")


def test_a_record_written_down_too_late_does_not_move_it() -> None:
    assert due(visitor(a_follow_up("C", "A", "11-05", recorded="11-07")), "11-05") == ("11-05", "0")


def test_after_missed_dues_the_next_is_shown() -> None:
    assert due(visitor(), "11-06") == ("11-09", "1")
    assert due(visitor(), "11-09") == ("11-09", "0")
    assert due(visitor(), "11-10") == ("11-12", "1")


def test_a_waived_due_is_walked_over() -> None:
    assert due(visitor(a_waiver("C", "11-05", "11-10")), "11-05") == ("11-13", "1")


def test_a_waiver_after_the_date_is_a_plan_and_looked_at() -> None:
    assert due(visitor(a_waiver("C", "11-05", "11-10")), "11-03") == ("11-13", "1")


def test_if_a_waiver_that_never_ends_covers_the_next_due_there_is_no_row() -> None:
    story = visitor(a_waiver("C", "11-05", None))
    assert followup_duties(story, "11-04") == []


def test_roster_and_calendar_after_the_date_are_plans_and_looked_at() -> None:
    assert due(visitor(a_roster_row("A", "11-05", "rest")), "11-03") == ("11-06", "1")
    assert due(visitor(a_calendar_row("11-05", False)), "11-03") == ("11-06", "1")


def test_if_the_owner_leaves_before_the_next_due_there_is_no_row() -> None:
    def story(left: str) -> Rows:
        return history(a_consultant("A", left=left), a_customer(), a_visit("C", "A", "11-02"))

    assert len(followup_duties(story("11-05"), "11-03")) == 1
    assert followup_duties(story("11-04"), "11-03") == []


def test_the_clock_starts_with_the_records() -> None:
    assert the_duty(visitor(), "11-10", records_begin="11-10").due_on == "2026-11-13"
    assert followup_duties(visitor(), "11-09", records_begin="11-10") == []


# overdue_since


def since(story: Rows, on: str) -> str:
    return the_duty(story, on).overdue_since.removeprefix("2026-")


def test_a_missed_followup_is_overdue_from_the_next_date_on() -> None:
    assert since(visitor(), "11-05") == ""
    assert since(visitor(), "11-06") == "11-05"


def test_a_due_of_the_date_itself_is_not_overdue_even_after_a_waiver() -> None:
    story = visitor(a_waiver("C", "11-05", "11-06"))
    assert [since(story, on) for on in ("11-08", "11-09", "11-10")] == ["", "", "11-09"]


def test_the_earliest_miss_since_the_last_record_is_named() -> None:
    assert since(visitor(), "11-20") == "11-05"
    assert since(visitor(a_follow_up("C", "A", "11-10")), "11-20") == "11-13"


def test_a_record_up_to_the_date_ends_it() -> None:
    story = visitor(a_follow_up("C", "A", "11-06"))
    assert since(story, "11-06") == ""
    assert since(visitor(a_follow_up("C", "A", "11-07")), "11-06") == "11-05"


def test_a_record_of_the_household_or_a_deposit_ends_it_too() -> None:
    assert since(visitor(a_deal("C", "A", holding="11-06")), "11-06") == ""
    spouse = [a_customer("S", "M", "11-01", household="H"), a_follow_up("S", "M", "11-06")]
    assert since(visitor(spouse, household="H"), "11-06") == ""


def test_a_record_written_down_too_late_does_not_end_it() -> None:
    assert since(visitor(a_follow_up("C", "A", "11-06", recorded="11-08")), "11-06") == "11-05"


def test_missed_calls_make_it_overdue_too() -> None:
    assert since(caller(), "11-03") == ""
    assert since(caller(), "11-05") == "11-03"
    assert since(caller(a_follow_up("C", "A", "11-04")), "11-06") == "11-05"


def test_it_stays_overdue_whoever_had_the_customer_then() -> None:
    story = visitor(a_transfer("C", "11-06", "B"))
    duty = the_duty(story, "11-06")
    assert (duty.staff_id, duty.overdue_since, duty.done) == ("B", "2026-11-05", "1")


def test_it_is_overdue_whatever_done_says_of_the_next_date() -> None:
    duty = the_duty(visitor(), "11-06")
    assert (duty.due_on, duty.done, duty.overdue_since) == ("2026-11-09", "1", "2026-11-05")


# report


def reports(story: Rows, on: str) -> list[Duty]:
    return [duty for duty in duties(story, on) if duty.kind == "report"]


def test_each_subject_person_has_a_report_to_hand_in_on_a_workday() -> None:
    people = [a_consultant("A"), a_consultant("B", trade="auto"), a_person("F", "front_desk")]
    story = history(people, a_roster_row("A", "11-08", "work"))
    assert reports(story, "11-06") == [("report", "", "A", "2026-11-06", "0", "", "")]
    assert reports(story, "11-07") == []
    assert len(reports(story, "11-08")) == 1


def test_it_is_done_when_submitted_on_the_date() -> None:
    def done(**report: Any) -> str:
        return reports(history(a_consultant("A"), a_report("A", "11-06", **report)), "11-06")[0].done

    assert done() == "1"
    assert done(submitted="11-06 23:59:59") == "1"
    assert done(submitted="11-07 00:00") == "0"


def test_the_employment_bounds_it() -> None:
    story = history(a_consultant("A", hired="11-03", left="11-05"))
    assert [len(reports(story, on)) for on in ("11-02", "11-03", "11-05", "11-06")] == [0, 1, 1, 0]


# cost


def test_a_missed_duty_costs_what_the_parameters_say_without_a_sign() -> None:
    assert the_duty(visitor(), "11-03", followup_fine="33.50").cost == "33.50"
    assert the_duty(caller(), "11-03", callin_fine=20).cost == "20.00"


def test_a_report_costs_half_a_days_pay_where_the_pay_is_known() -> None:
    assert reports(history(a_consultant("A", base_pay="4200")), "11-06")[0].cost == "96.55"
    assert reports(history(a_consultant("A", base_pay="0")), "11-06")[0].cost == "0.00"
    assert reports(history(a_consultant("A")), "11-06")[0].cost == ""


def test_a_waiver_that_ends_decades_ahead_still_has_a_row_after_it() -> None:
    story = visitor(a_waiver("C", "11-05", "2099-12-31"))
    assert [duty.due_on for duty in duties(story, "11-20") if duty.customer_id] == ["2100-01-04"]

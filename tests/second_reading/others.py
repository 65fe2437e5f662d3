"""Sections 5 to 8."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from .papers import Entry, Papers, add_months, each_date, last_of_month


def absence(papers: Papers, staff_id: str, day: date, name: str) -> tuple[Decimal | None, Decimal]:
    """What absence costs, without sign and not yet rounded, and the days of it."""
    days = Decimal(str(papers.values.at(name, day)))
    pay = papers.held(staff_id, "monthly_base_pay", day)
    if pay is None:
        return None, days
    return days * pay / Decimal(str(papers.values.at("paid_days_a_month", day))), days


def report_is_false(papers: Papers, staff_id: str, day: date) -> bool:
    report = papers.reports.get((staff_id, day))
    return report is not None and bool(report["false"])


def submitted(papers: Papers, staff_id: str, day: date) -> bool:
    """Whether the report of the date was submitted on that very date."""
    report = papers.reports.get((staff_id, day))
    return (
        report is not None and report.get("submitted_at") is not None and report["submitted_at"].date() == day
    )


def written_down_late(papers: Papers, staff_id: str, day: date) -> bool:
    return any(
        contact["staff_id"] == staff_id
        and contact["kind"] in ("call_in", "visit")
        and contact["happened_at"].date() == day
        and not papers.recorded_in_time(contact)
        for contact in papers.contacts
    )


def reports(papers: Papers, staff_id: str) -> Iterator[Entry]:
    """5.1 and 5.2."""
    for day in (day for dates in papers.walks(staff_id) for day in dates):
        if report_is_false(papers, staff_id, day):
            cost, days = absence(papers, staff_id, day, "false_report_days")
            yield ("report-false", staff_id, day, None if cost is None else -cost, days, "")
        elif papers.workday(staff_id, day) and (
            not submitted(papers, staff_id, day) or written_down_late(papers, staff_id, day)
        ):
            cost, days = absence(papers, staff_id, day, "untracked_report_days")
            yield ("report-untracked", staff_id, day, None if cost is None else -cost, days, "")


def quotas_of_month(papers: Papers, month: date) -> dict[str, int]:
    """The quotas to judge: of people employed on all dates of the month and subject on its last."""
    return {
        row["staff_id"]: row["units"]
        for row in papers.quotas
        if row["month"] == month
        and papers.is_subject(row["staff_id"], last_of_month(month))
        and all(papers.employed(row["staff_id"], day) for day in each_date(month, last_of_month(month)))
    }


def quotas(papers: Papers) -> Iterator[Entry]:
    """6.1 and 6.2, one month after the other."""
    for month in sorted({row["month"] for row in papers.quotas}):
        last = last_of_month(month)
        if last > papers.as_of:
            continue
        quota = quotas_of_month(papers, month)
        sold = {staff_id: papers.sold(staff_id, month, last, last) for staff_id in quota}
        missed = [staff_id for staff_id in quota if sold[staff_id][0] < quota[staff_id]]
        for staff_id in missed:
            pay = papers.held(staff_id, "monthly_variable_pay", last)
            yield ("quota-missed", staff_id, last, None if pay is None else -pay, None, "")
        for staff_id in last_of_their_project(papers, sold, last):
            if staff_id in missed:
                yield ("training-notice", staff_id, last, None, None, "")


def last_of_their_project(
    papers: Papers, sold: dict[str, tuple[Decimal, Decimal]], last: date
) -> Iterator[str]:
    """Those who sold least in their project, unless all of it sold the same."""
    ranked = [staff_id for staff_id in sold if not papers.on_probation(staff_id, last)]
    projects = {staff_id: papers.held(staff_id, "project", last) for staff_id in ranked}
    for project in sorted(set(projects.values())):
        people = [staff_id for staff_id in ranked if projects[staff_id] == project]
        lowest, highest = min(sold[p] for p in people), max(sold[p] for p in people)
        if lowest != highest:
            yield from (p for p in people if sold[p] == lowest)


def early_confirmation(papers: Papers, staff_id: str) -> Iterator[Entry]:
    """7.1."""
    person = papers.staff[staff_id]
    hired_on = person["hired_on"]
    for day in each_date(hired_on, papers.as_of):
        if not papers.employed(staff_id, day) or day >= papers.probation_end(staff_id):
            return
        if person.get("confirmed_on") is not None and day > person["confirmed_on"]:
            return
        if not papers.is_subject(staff_id, day):
            continue
        enough = papers.values.at("confirm_units", day)
        of_month = papers.sold(staff_id, max(day.replace(day=1), hired_on), day, day)[0]
        of_all = papers.sold(staff_id, hired_on, day, day)[0]
        after = add_months(hired_on, papers.values.at("confirm_after_months", day))
        if of_month >= enough or (of_all >= enough and day >= after):
            yield ("early-confirmation", staff_id, day, None, None, "")
            return


def cases(papers: Papers) -> Iterator[Entry]:
    """8.1."""
    for row in papers.cases:
        if row["on"] > papers.as_of:
            continue
        yield ("severe-warning", row["staff_id"], row["on"], None, None, "")
        yield ("award-ineligible", row["staff_id"], row["on"], None, None, "")
        if row["severity"] == "especially_serious":
            yield ("dismissal", row["staff_id"], row["on"], None, None, "")


def resignations(papers: Papers) -> Iterator[Entry]:
    """8.2."""
    for row in papers.resignations:
        last_on = row["last_on"]
        notice = (last_on - row["applied_on"]).days
        if last_on > papers.as_of:
            continue
        if notice >= papers.values.at("notice_days", last_on) and row["loans_cleared"]:
            continue
        attendance, bonus = row.get("attendance_pay"), row.get("sales_bonus")
        amount = None
        if attendance is not None and bonus is not None:
            amount = -(attendance / 2 + bonus)
        yield ("resignation-deduction", row["staff_id"], last_on, amount, None, "")


def all_of_sections_5_to_8(papers: Papers) -> Iterator[Entry]:
    """Every entry of these sections up to the as-of, in no order."""
    for staff_id in papers.staff:
        yield from reports(papers, staff_id)
        yield from early_confirmation(papers, staff_id)
    yield from quotas(papers)
    yield from cases(papers)
    yield from resignations(papers)

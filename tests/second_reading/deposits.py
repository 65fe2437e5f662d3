"""Section 3, walked one person and one date at a time."""

from collections.abc import Iterator
from datetime import date

from .papers import Entry, Papers, each_date


def two_deposits_day(papers: Papers, staff_id: str, dates: list[date]) -> Iterator[Entry]:
    """3.1."""
    for day in dates:
        if papers.holding_deposits(staff_id, day) >= papers.values.at("deposits_a_day", day):
            yield ("two-deposits-day", staff_id, day, papers.values.at("day_reward", day), None, "")


def two_deposits_3_days(papers: Papers, staff_id: str, dates: list[date]) -> Iterator[Entry]:
    """3.2."""
    count = 0
    for day in dates:
        if papers.holding_deposits(staff_id, day) >= papers.values.at("deposits_a_day", day):
            count += 1
            if count >= papers.values.at("streak_days", day):
                reward = papers.values.at("streak_reward", day)
                yield ("two-deposits-3-days", staff_id, day, reward, None, "")
                count = 0
        elif papers.workday(staff_id, day):
            count = 0


def six_groups_no_deposit(papers: Papers, staff_id: str, dates: list[date]) -> Iterator[Entry]:
    """3.3."""
    free = []  # the workdays that no entry has used
    for day in dates:
        if not papers.workday(staff_id, day):
            continue
        free.append(day)
        wanted = papers.values.at("groups_days", day)
        if len(free) < wanted:
            continue
        span = list(each_date(free[-wanted], day))
        groups = sum(papers.groups_received(staff_id, one) for one in span)
        deposits = sum(papers.holding_deposits(staff_id, one) for one in span)
        if groups >= papers.values.at("groups", day) and deposits == 0:
            fine = papers.values.at("groups_fine", day)
            yield ("six-groups-no-deposit", staff_id, day, -fine, None, "")
            free = []


def holding_drought(papers: Papers, staff_id: str, dates: list[date]) -> Iterator[Entry]:
    """3.4."""
    count = 0
    for day in dates:
        if papers.holding_deposits(staff_id, day) > 0:
            count = 0
        elif papers.workday(staff_id, day):
            count += 1
            if count >= papers.values.at("holding_days", day):
                fine = papers.values.at("holding_fine", day)
                yield ("holding-drought", staff_id, day, -fine, None, "")
                count = 0


def subscription_drought(papers: Papers, staff_id: str, dates: list[date]) -> Iterator[Entry]:
    """3.5."""
    count = 0
    for day in dates:
        if papers.subscriptions(staff_id, day) > 0:
            count = 0
        elif papers.roster.get((staff_id, day)) != "leave":
            count += 1
            if count >= papers.values.at("subscription_days", day):
                fine = papers.values.at("subscription_fine", day)
                yield ("subscription-drought", staff_id, day, -fine, None, "")
                count = 0


def all_of_section_3(papers: Papers) -> Iterator[Entry]:
    """Every entry of section 3 up to the as-of, in no order."""
    for staff_id in papers.staff:
        for dates in papers.walks(staff_id):
            yield from two_deposits_day(papers, staff_id, dates)
            yield from two_deposits_3_days(papers, staff_id, dates)
            yield from six_groups_no_deposit(papers, staff_id, dates)
            yield from holding_drought(papers, staff_id, dates)
            yield from subscription_drought(papers, staff_id, dates)

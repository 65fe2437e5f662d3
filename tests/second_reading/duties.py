"""Section 12: what is due on a date."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .entries import money
from .followup import (
    Spell,
    all_of_section_4,
    all_spells,
    clock_start,
    due_of,
    first_called,
    first_visit,
    record_between,
    waiver_end,
    waivers_on,
)
from .others import absence, submitted
from .papers import Entry, Papers, Rows, each_date
from .parameters import Values

Line = tuple[str, str, str, str, str, str, str]


def callin_due(papers: Papers, spell: Spell) -> tuple[date, Any] | None:
    """The owner's first workday on or after D, after the spell's first date and not waived; and its fine."""
    day = papers.as_of
    while True:
        found = papers.next_workday(spell.owner, day)
        if found is None:
            return None
        waived, end = waiver_end(papers, spell, found)
        if waived and end is None:
            return None
        if not waived and found > spell.first:
            return found, papers.values.at("callin_fine", found)
        day = date.fromordinal(found.toordinal() + 1)


def followup_due(papers: Papers, spell: Spell) -> tuple[date, Any] | None:
    """The due of 4.2 that is on or after D and not waived, and what missing it costs."""
    records = papers.record_dates(spell.customer_id)  # those up to D: the papers end there
    clock = clock_start(papers, spell)
    while clock is not None:
        due = due_of(papers, spell, clock)
        if due is None:
            return None
        record = record_between(records, clock, due)
        if record is not None:
            clock = record
            continue
        waived, end = waiver_end(papers, spell, due)
        if waived:
            clock = end
            continue
        if due >= papers.as_of:
            return due, papers.values.at("followup_fine", clock)
        clock = due
    return None


def overdue_since(papers: Papers, customer_id: str, missed: list[Entry]) -> str:
    """The earliest entry of section 4 for the customer before D that no record has followed."""
    last_record = max(papers.record_dates(customer_id), default=date.min)
    dates = [on for _, _, on, _, _, whom in missed if whom == customer_id and last_record < on < papers.as_of]
    return min(dates).isoformat() if dates else ""


def spell_row(papers: Papers, spell: Spell, missed: list[Entry]) -> Line | None:
    day, customer_id = papers.as_of, spell.customer_id
    if not spell.first <= day <= spell.last:
        return None
    if any(row.get("to_on") is None for row in waivers_on(papers, customer_id, day)):
        return None
    calls = first_called(papers, customer_id) and first_visit(papers, customer_id) is None
    due = callin_due(papers, spell) if calls else followup_due(papers, spell)
    if due is None or not all(papers.is_subject(spell.owner, one) for one in each_date(day, due[0])):
        return None
    reached = any(
        row["customer_id"] == customer_id and row["effective"] and row["happened_at"].date() == day
        for row in papers.contacts
    )
    done = due[0] > day or (calls and reached)
    kind = "callin" if calls else "followup"
    since = overdue_since(papers, customer_id, missed)
    return (kind, customer_id, spell.owner, due[0].isoformat(), str(int(done)), since, money(due[1]))


def report_rows(papers: Papers) -> Iterator[Line]:
    day = papers.as_of
    for staff_id in papers.staff:
        if papers.is_subject(staff_id, day) and papers.workday(staff_id, day):
            cost = money(absence(papers, staff_id, day, "untracked_report_days")[0])
            done = str(int(submitted(papers, staff_id, day)))
            yield ("report", "", staff_id, day.isoformat(), done, "", cost)


def duties(rows: Rows, on: date, parameters: Mapping[str, Any] | None = None) -> list[Line]:
    """The rows of `duties.csv` for the date: kind, customer, person, due, done, overdue since, cost."""
    papers = Papers(rows, Values(parameters), on)
    missed = list(all_of_section_4(papers))
    found = [spell_row(papers, spell, missed) for spell in all_spells(papers)]
    lines = [*(row for row in found if row is not None), *report_rows(papers)]
    return sorted(lines, key=lambda row: (row[2], row[3], row[0], row[1]))

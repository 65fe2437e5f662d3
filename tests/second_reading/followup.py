"""Section 4: who has which customer when, and which dates pass without a record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .papers import A_DAY, Entry, Papers, Row, each_date


@dataclass(frozen=True)
class Spell:
    """One unbroken tracking of a customer by one owner; both dates included."""

    customer_id: str
    owner: str
    first: date
    last: date


def holders(papers: Papers, customer: Row) -> list[tuple[date, str | None]]:
    """Who has the customer from which date on (None: the public pool), changes only."""
    began = customer["first_contact_at"].date()
    from_date: dict[date, str | None] = {began: customer["owner"]}
    own = [row for row in papers.transfers if row["customer_id"] == customer["customer_id"]]
    for row in sorted(own, key=lambda row: row["on"]):
        from_date[max(row["on"], began)] = row.get("to") or None
    changes: list[tuple[date, str | None]] = []
    for day in sorted(from_date):
        if not changes or changes[-1][1] != from_date[day]:
            changes.append((day, from_date[day]))
    return changes


def spells(papers: Papers, customer_id: str) -> Iterator[Spell]:
    """The customer's spells that are something, each on dates on which the owner is a property consultant."""
    customer = papers.customers[customer_id]
    changes = holders(papers, customer)
    contracts = [
        deal["contract_on"]
        for deal in papers.deals
        if deal["customer_id"] == customer_id and deal.get("contract_on") is not None
    ]
    for number, (first, owner) in enumerate(changes):
        if owner is None:
            continue
        ends = [papers.as_of]
        if number + 1 < len(changes):
            ends.append(changes[number + 1][0] - A_DAY)
        if contracts:
            ends.append(min(contracts) - A_DAY)
        if customer.get("opted_out_on") is not None:
            ends.append(customer["opted_out_on"] - A_DAY)
        if papers.staff[owner].get("left_on") is not None:
            ends.append(papers.staff[owner]["left_on"])
        for dates in papers.stretches(owner, first, min(ends)):
            if papers.records_begin is None or dates[-1] >= papers.records_begin:
                yield Spell(customer_id, owner, dates[0], dates[-1])


def all_spells(papers: Papers) -> Iterator[Spell]:
    """The spells of all customers."""
    for customer_id in sorted(papers.customers):
        yield from spells(papers, customer_id)


def first_called(papers: Papers, customer_id: str) -> bool:
    """Whether the customer's first contact is a call; one with no contact counts as a visitor."""
    own = [row for row in papers.contacts if row["customer_id"] == customer_id]
    if not own:
        return False
    first = min(own, key=lambda row: (row["happened_at"], row["contact_id"]))
    return bool(first["kind"] == "call_in")


def first_visit(papers: Papers, customer_id: str) -> date | None:
    visits = [
        row["happened_at"].date()
        for row in papers.contacts
        if row["customer_id"] == customer_id and row["kind"] == "visit"
    ]
    return min(visits, default=None)


def waivers_on(papers: Papers, customer_id: str, day: date) -> list[Row]:
    """The waivers of the customer that cover the date."""
    return [
        row
        for row in papers.waivers
        if row["customer_id"] == customer_id
        and row["from_on"] <= day
        and (row.get("to_on") is None or day <= row["to_on"])
    ]


def callin_missed(papers: Papers, spell: Spell) -> Iterator[Entry]:
    """4.1."""
    customer_id = spell.customer_id
    if not first_called(papers, customer_id):
        return
    visit = first_visit(papers, customer_id)
    records = papers.record_dates(customer_id)
    for day in each_date(spell.first + A_DAY, spell.last):
        if visit is not None and day >= visit:
            continue
        if papers.records_begin is not None and day < papers.records_begin:
            continue
        if not papers.workday(spell.owner, day) or day in records or waivers_on(papers, customer_id, day):
            continue
        yield ("callin-missed", spell.owner, day, -papers.values.at("callin_fine", day), None, customer_id)


def clock_start(papers: Papers, spell: Spell) -> date | None:
    """Where the clock of 4.2 starts in the spell; None where none runs."""
    starts = [spell.first]
    if first_called(papers, spell.customer_id):
        visit = first_visit(papers, spell.customer_id)
        if visit is None or visit > spell.last:
            return None
        starts.append(visit)
    if papers.records_begin is not None:
        starts.append(papers.records_begin)
    return max(starts)


def due_of(papers: Papers, spell: Spell, clock: date) -> date | None:
    """When the clock is due: some dates on, moved to the owner's next workday; None where there is none."""
    every = int(papers.values.at("followup_every_days", clock))
    return papers.next_workday(spell.owner, clock + timedelta(days=every))


def record_between(records: set[date], clock: date, due: date) -> date | None:
    """The earliest record after the clock and up to due."""
    return min((day for day in records if clock < day <= due), default=None)


def waiver_end(papers: Papers, spell: Spell, day: date) -> tuple[bool, date | None]:
    """Whether the date is waived, and the last date of the waiver that ends last (None: it never ends)."""
    covering = waivers_on(papers, spell.customer_id, day)
    if not covering:
        return False, None
    ends = [row.get("to_on") for row in covering]
    return True, None if None in ends else max(end for end in ends if end is not None)


def followup_missed(papers: Papers, spell: Spell) -> Iterator[Entry]:
    """4.2."""
    clock = clock_start(papers, spell)
    records = papers.record_dates(spell.customer_id)
    while clock is not None:
        due = due_of(papers, spell, clock)
        if due is None:
            return
        record = record_between(records, clock, due)
        if record is not None:
            clock = record
            continue
        if due > spell.last:
            return
        waived, end = waiver_end(papers, spell, due)
        if waived:
            clock = end
            continue
        fine = papers.values.at("followup_fine", clock)
        yield ("followup-missed", spell.owner, due, -fine, None, spell.customer_id)
        clock = due


def all_of_section_4(papers: Papers) -> Iterator[Entry]:
    """Every entry of section 4 up to the as-of, in no order."""
    for spell in all_spells(papers):
        yield from callin_missed(papers, spell)
        yield from followup_missed(papers, spell)

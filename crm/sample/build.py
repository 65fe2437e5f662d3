"""Makes the sample anew: `python -m crm.sample.build` writes crm/sample/data, always the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from crm.rulebook.tables import Tables
from crm.sample import incidents, words
from crm.sample.people import (
    NEWCOMER,
    PROJECTS,
    STAR,
    Consultant,
    Row,
    Span,
    company_days,
    consultants,
    roster_rows,
    staff_rows,
)
from crm.sample.plan import plan
from crm.sample.story import Story, Told
from crm.workbook.frames import frame_from_rows, tables_of
from crm.workbook.schema import TABLES
from crm.workbook.write import write_workbook

MONTH = date(2026, 10, 1)
_SEED = 20261031
_GRADES = "AABBBCCD"


@dataclass
class Rows:
    """The rows of all tables while they are gathered."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in TABLES})

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name]


def build_sample(month: date | None = None) -> Tables:
    """The records of a team of eight consultants over three months, the last of which is `month`.

    Without a month, October 2026. The same month always gives the same tables.
    """
    return build_tables(Span((month or MONTH).replace(day=1)))


def build_tables(span: Span) -> Tables:
    """The records of that team over that time; the same span always gives the same tables."""
    rows = build_rows(span)
    return tables_of({name: frame_from_rows(name, listed) for name, listed in rows.tables.items()})


def build_rows(span: Span) -> Rows:
    """The same as rows, with the values that a person would type."""
    random, rows = Random(_SEED), Rows()
    team = consultants(span, random)
    company, calendar = company_days(span)
    rows["staff"].extend(staff_rows(span, team))
    rows["calendar"].extend(calendar)
    rows["roster"].extend(roster_rows(span, team, company))
    _customers(rows, span, team, random)
    rows["quotas"].extend(_quotas(span, team))
    rows["reports"].extend(_reports(span, team, random))
    incidents.add(rows.tables, span)
    return rows


def _customers(rows: Rows, span: Span, team: list[Consultant], random: Random) -> None:
    """Customers and all that hangs on them, numbered in the order in which they came."""
    story = Story(span, team, random)
    told = sorted((story.tell(lead) for lead in plan(span, team, random)), key=lambda one: one.first_at)
    phones = random.sample(range(1, 10_000), len(told))
    for number, (one, phone) in enumerate(zip(told, phones, strict=True), start=1):
        customer_id = f"C{number:04d}"
        rows["customers"].append(_customer(one, customer_id, phone, random))
        for name in ("contacts", "transfers", "waivers"):
            rows[name].extend({"customer_id": customer_id} | row for row in getattr(one, name))
        if one.lead.deal:
            rows["deals"].append(_deal(one, customer_id, random))
    _number(rows["contacts"], "contact_id", "K{:05d}", lambda row: (row["happened_at"], row["customer_id"]))
    _number(rows["deals"], "deal_id", "D{:04d}", _begun)


def _customer(one: Told, customer_id: str, phone: int, random: Random) -> Row:
    """Phones are of a block 1380000 that the sample made up entirely."""
    name = random.choice(words.SURNAMES) + random.choice(words.GIVEN)
    bought = one.lead.deal is not None
    return {
        "customer_id": customer_id,
        "name": name if bought or random.random() < 0.6 else name[0] + random.choice(("先生", "女士")),
        "phone": f"1380000{phone:04d}",
        "owner": one.owner.staff_id,
        "project": PROJECTS[one.owner.project],
        "channel": random.choice(words.CHANNELS),
        "need": random.choice(words.NEEDS) if random.random() < 0.7 else None,
        "intent_grade": "A" if bought else random.choice(_GRADES),
        "first_contact_at": one.first_at,
        "opted_out_on": one.opted_out_on,
    }


def _deal(one: Told, customer_id: str, random: Random) -> Row:
    deal = one.lead.deal
    assert deal is not None
    kind = random.choices(("residential", "shopfront", "parking"), (86, 8, 6))[0]
    if one.owner.staff_id == NEWCOMER and kind == "parking":
        kind = "residential"
    price = {"residential": 23_500, "shopfront": 31_000, "parking": 1_600}[kind]
    return {
        "customer_id": customer_id,
        "staff_id": one.owner.staff_id,
        "unit_kind": kind,
        "units": deal.units,
        "amount": deal.units * price * random.randint(78, 132),
        "holding_deposit_on": None if deal.direct else deal.holding,
        "subscription_on": deal.subscription,
        "contract_on": deal.contract,
        "cancelled_on": deal.cancelled,
    }


def _begun(row: Row) -> tuple[object, object]:
    return (row["holding_deposit_on"] or row["subscription_on"], row["customer_id"])


def _number(rows: list[Row], name: str, pattern: str, order: Callable[[Row], tuple[object, ...]]) -> None:
    rows.sort(key=order)
    for number, row in enumerate(rows, start=1):
        row[name] = pattern.format(number)


def _quotas(span: Span, team: list[Consultant]) -> list[Row]:
    """What each is to sell: more for the one who always does."""
    rows: list[Row] = []
    for person in team:
        units = 3 if person.staff_id == STAR else 2
        for month in span.months():
            rows.append(
                {"staff_id": person.staff_id, "month": month, "units": units, "amount": units * 2_300_000}
            )
    return rows


def _reports(span: Span, team: list[Consultant], random: Random) -> list[Row]:
    """The evening's report of every workday; of a hundred, about one is missing and one comes a day late."""
    rows: list[Row] = []
    for person in team:
        for on in sorted(person.works):
            chance = random.random()
            at = datetime.combine(on, time(random.randint(18, 21), random.randint(0, 59)))
            if chance < 0.012:
                continue
            late = timedelta(hours=14) if chance < 0.02 else timedelta(0)
            rows.append({"staff_id": person.staff_id, "date": on, "submitted_at": at + late, "false": False})
    return rows


def main() -> None:
    """Write the folder that ships with the package."""
    write_workbook(build_sample(), Path(__file__).parent / "data")


if __name__ == "__main__":
    main()

"""The demo company's records: the sample team, larger, over the three months that end yesterday."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from crm.rulebook.tables import Tables
from crm.sample import words
from crm.sample.build import build_rows
from crm.sample.people import LEAVER, TEAM, Row, Span, official_workday
from crm.workbook.frames import frame_from_rows, tables_of

DAYS = 91
SHOWN_DAYS = 28
AHEAD_DAYS = 14
FORGOTTEN, CALLERS, DUE_TODAY = 3, 2, 5
_MORE = (("A05", "邓思远", 8), ("B05", "罗文静", 7))
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class DemoSpan(Span):
    """`month` is the first of the last 28 days, and the records end on the day after them, yesterday's eve."""

    @property
    def first(self) -> dt.date:
        """Three months ago."""
        return self.last - DAYS * _DAY

    @property
    def last(self) -> dt.date:
        """Yesterday: today is for whoever tries the program."""
        return self.month + (SHOWN_DAYS - 1) * _DAY

    def day(self, number: int) -> dt.date:
        """That day of the last 28."""
        return self.month + (number - 1) * _DAY

    def months(self) -> list[dt.date]:
        """The first days of all months that the records touch, today's too."""
        days = [self.first + n * _DAY for n in range(DAYS + 2)]
        return sorted({on.replace(day=1) for on in days})


@dataclass(frozen=True)
class Demo:
    """The tables, and the consultant whose account is shown: one who works today and has most to do."""

    tables: Tables
    consultant: str
    records_begin: dt.date


def build_demo(now: dt.datetime) -> Demo:
    """The records as they stand at that moment; the same moment always gives the same tables."""
    today = now.date()
    span = DemoSpan(today - SHOWN_DAYS * _DAY, TEAM + _MORE, arrivals_each=58)
    rows = build_rows(span).tables
    ahead = _roster_ahead(span, today)
    rows["roster"].extend(ahead)
    consultant = _busiest(rows, {str(row["staff_id"]) for row in _working(ahead, today)})
    _leave_work(rows, consultant, today)
    _this_morning(rows, consultant, now)
    tables = tables_of({name: frame_from_rows(name, listed) for name, listed in rows.items()})
    return Demo(tables, consultant, span.first)


def _roster_ahead(span: DemoSpan, today: dt.date) -> list[Row]:
    """Two weeks from today on: each keeps a weekday free, as before."""
    rows: list[Row] = []
    for number, (staff_id, _, _) in enumerate(span.team):
        if staff_id == LEAVER:
            continue
        for n in range(AHEAD_DAYS):
            on = today + n * _DAY
            works = on.weekday() != number % 4
            if works != official_workday(on):
                rows.append({"staff_id": staff_id, "date": on, "kind": "work" if works else "rest"})
            elif n == 0 and works:
                rows.append({"staff_id": staff_id, "date": on, "kind": "work"})
    return rows


def _working(roster: list[Row], today: dt.date) -> list[Row]:
    return [row for row in roster if row["date"] == today and row["kind"] == "work"]


def _open_customers(rows: dict[str, list[Row]]) -> dict[str, str]:
    """Whoever is still followed up, and by whom; those whom nothing ended and nobody handed over."""
    ended = {row["customer_id"] for name in ("transfers", "waivers", "deals") for row in rows[name]}
    return {
        str(row["customer_id"]): str(row["owner"])
        for row in rows["customers"]
        if row["customer_id"] not in ended and not row["opted_out_on"] and row["owner"] != LEAVER
    }


def _busiest(rows: dict[str, list[Row]], working: set[str]) -> str:
    owners = list(_open_customers(rows).values())
    return max(sorted(working), key=owners.count)


def _leave_work(rows: dict[str, list[Row]], consultant: str, today: dt.date) -> None:
    """See to it that the consultant finds something overdue, something due today, and callers to win over."""
    theirs = {customer for customer, owner in _open_customers(rows).items() if owner == consultant}
    by_customer: dict[str, list[Row]] = {}
    for row in rows["contacts"]:
        if row["customer_id"] in theirs:
            by_customer.setdefault(str(row["customer_id"]), []).append(row)
    gone: list[Row] = []
    wanted = {_forget: FORGOTTEN, _make_caller: CALLERS, _make_due: DUE_TODAY}
    for listed in by_customer.values():
        for make, missing in wanted.items():
            if missing and make(listed, gone, today):
                wanted[make] -= 1
                break
    dropped = {row["contact_id"] for row in gone}
    rows["contacts"][:] = [row for row in rows["contacts"] if row["contact_id"] not in dropped]


def _forget(listed: list[Row], gone: list[Row], today: dt.date) -> bool:
    """Take the follow-ups of these days away, so that the next has been overdue since yesterday or longer."""
    old = [row for row in listed if _day(row) <= today - 5 * _DAY]
    late = listed[len(old) :]
    if not old or _day(old[-1]) < today - 9 * _DAY or any(row["kind"] != "follow_up" for row in late):
        return False
    gone.extend(late)
    return True


def _make_caller(listed: list[Row], gone: list[Row], today: dt.date) -> bool:
    """Somebody who came for the first time these days has only called."""
    first = listed[0]
    if len(listed) > 3 or _day(first) < today - 3 * _DAY:
        return False
    first |= {"kind": "call_in", "medium": "phone", "note": words.CALLED[0]}
    gone.extend(listed[1:])
    return True


def _make_due(listed: list[Row], gone: list[Row], today: dt.date) -> bool:
    """The latest follow-up was three dates ago."""
    return _move_back(listed, today - 3 * _DAY)


def _move_back(listed: list[Row], on: dt.date) -> bool:
    """Let the latest follow-up have been on that date, where it lies between the one before and itself."""
    last = listed[-1]
    if len(listed) < 2 or last["kind"] != "follow_up" or not _day(listed[-2]) < on < _day(last):
        return False
    back = _day(last) - on
    for name in ("happened_at", "recorded_at"):
        at = last[name]
        assert isinstance(at, dt.datetime)
        last[name] = at - back
    return True


def _day(row: Row) -> dt.date:
    happened = row["happened_at"]
    assert isinstance(happened, dt.datetime)
    return happened.date()


def _this_morning(rows: dict[str, list[Row]], consultant: str, now: dt.datetime) -> None:
    """A few colleagues have had a visit today already, if the day is old enough."""
    random, number = Random(now.toordinal()), len(rows["contacts"]) + 1000
    seen: set[str] = set()
    for customer_id, owner in _open_customers(rows).items():
        at = dt.datetime.combine(now.date(), dt.time(9, random.randint(0, 55)))
        recorded = at + dt.timedelta(minutes=random.randint(2, 20))
        if owner in seen | {consultant} or recorded > now:
            continue
        seen.add(owner)
        row: Row = {"customer_id": customer_id, "staff_id": owner, "kind": "visit", "medium": "in_person"}
        row |= {"happened_at": at, "recorded_at": recorded, "note": random.choice(words.CAME_AGAIN)}
        rows["contacts"].append(row | {"contact_id": f"K{number:05d}", "effective": True})
        number += 1

"""What lies on the desk: the rows of the workbook up to the as-of, and the words of rulebook section 1."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import chinese_calendar

from .parameters import Values

Row = dict[str, Any]
Rows = Mapping[str, Iterable[Row]]
Entry = tuple[str, str, date, Decimal | None, Decimal | None, str]

A_DAY = timedelta(days=1)
DEAL_DATES = ("holding_deposit_on", "subscription_on", "contract_on", "cancelled_on")


def each_date(first: date, last: date) -> Iterator[date]:
    """Every date from the first to the last, both included."""
    while first <= last:
        yield first
        first += A_DAY


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_of_month(first))


def last_of_month(day: date) -> date:
    """The last date of the month that the date is in."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, 1) - A_DAY


class Papers:
    """The rows as one may look at them on the evening of the as-of, with the words of sections 3 to 8."""

    def __init__(self, rows: Rows, values: Values, as_of: date) -> None:
        self.values = values
        self.as_of = as_of
        self.records_begin: date | None = values.records_begin
        self.staff = {row["staff_id"]: row for row in rows.get("staff", ())}
        self.terms = sorted(rows.get("terms", ()), key=lambda row: row["from_on"])
        self.calendar = {row["date"]: row["workday"] for row in rows.get("calendar", ())}
        self.roster = {(row["staff_id"], row["date"]): row["kind"] for row in rows.get("roster", ())}
        self.customers = {row["customer_id"]: row for row in rows.get("customers", ())}
        self.contacts = [row for row in rows.get("contacts", ()) if row["happened_at"].date() <= as_of]
        self.transfers = [row for row in rows.get("transfers", ()) if row["on"] <= as_of]
        self.waivers = list(rows.get("waivers", ()))
        self.deals = [self._as_known(row) for row in rows.get("deals", ())]
        self.shares = list(rows.get("shares", ()))
        self.reports = {(row["staff_id"], row["date"]): row for row in rows.get("reports", ())}
        self.quotas = list(rows.get("quotas", ()))
        self.cases = list(rows.get("cases", ()))
        self.resignations = list(rows.get("resignations", ()))

    def _as_known(self, deal: Row) -> Row:
        known = dict(deal)
        for name in DEAL_DATES:
            if known.get(name) is not None and known[name] > self.as_of:
                known[name] = None
        return known

    # people

    def held(self, staff_id: str, name: str, day: date) -> Any:
        """What the person's role, project, trade or pay is on the date: the last that was said by then."""
        value = self.staff[staff_id].get(name)
        for row in self.terms:
            if row["staff_id"] == staff_id and row["from_on"] <= day and row.get(name) is not None:
                value = row[name]
        return value

    def is_subject(self, staff_id: str, day: date) -> bool:
        """Whether sections 3 to 7 apply to the person on the date."""
        role, trade = self.held(staff_id, "role", day), self.held(staff_id, "trade", day)
        return bool(role == "consultant" and trade == "property")

    def stretches(self, staff_id: str, first: date, last: date) -> list[list[date]]:
        """The dates on which the person is a property consultant, a new list after each break."""
        found: list[list[date]] = []
        before = None
        for day in each_date(first, last):
            if self.is_subject(staff_id, day):
                if before is None or day - before != A_DAY:
                    found.append([])
                found[-1].append(day)
                before = day
        return found

    def employed(self, staff_id: str, day: date) -> bool:
        person = self.staff[staff_id]
        return person["hired_on"] <= day and (person.get("left_on") is None or day <= person["left_on"])

    def company_workday(self, day: date) -> bool:
        if day in self.calendar:
            return bool(self.calendar[day])
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # a year that it does not cover
            return day.weekday() < 5

    def workday(self, staff_id: str, day: date) -> bool:
        if not self.employed(staff_id, day):
            return False
        kind = self.roster.get((staff_id, day))
        return kind == "work" or (kind is None and self.company_workday(day))

    def next_workday(self, staff_id: str, day: date) -> date | None:
        """The first workday of the person on or after the date; None where there is none any more."""
        person = self.staff[staff_id]
        planned = [d for d in self.calendar] + [d for who, d in self.roster if who == staff_id]
        far = max([day, person["hired_on"], *planned]) + timedelta(days=60)  # no holiday is as long
        for later in each_date(day, far):
            if self.workday(staff_id, later):
                return later
        return None

    def walks(self, staff_id: str) -> list[list[date]]:
        """The walk of the person, in as many parts as it is broken into."""
        person = self.staff[staff_id]
        first, last = person["hired_on"], self.as_of
        if self.records_begin is not None:
            first = max(first, self.records_begin)
        if person.get("left_on") is not None:
            last = min(last, person["left_on"])
        return self.stretches(staff_id, first, last)

    def probation_end(self, staff_id: str) -> date:
        """The first date after probation, if nobody confirms the person earlier."""
        person = self.staff[staff_id]
        return add_months(person["hired_on"], person["probation_months"])

    def on_probation(self, staff_id: str, day: date) -> bool:
        confirmed_on = self.staff[staff_id].get("confirmed_on")
        return day < self.probation_end(staff_id) and (confirmed_on is None or confirmed_on > day)

    # deals

    def part(self, deal: Row, staff_id: str) -> Decimal | None:
        """The person's percent of the deal; None where the deal is not theirs."""
        shares = {s["staff_id"]: s["percent"] for s in self.shares if s["deal_id"] == deal["deal_id"]}
        if shares:
            return shares.get(staff_id)
        return Decimal(100) if deal.get("staff_id") == staff_id else None

    def deals_of(self, staff_id: str) -> list[Row]:
        return [deal for deal in self.deals if self.part(deal, staff_id) is not None]

    def holding_deposits(self, staff_id: str, day: date) -> int:
        """How many holding deposits count for the person on the date."""
        count = 0
        for deal in self.deals_of(staff_id):
            counts_on = deal.get("holding_deposit_on") or deal.get("subscription_on")
            if counts_on == day and not cancelled_by(deal, day):
                count += 1
        return count

    def subscriptions(self, staff_id: str, day: date) -> int:
        return sum(
            1
            for deal in self.deals_of(staff_id)
            if deal.get("subscription_on") == day and not cancelled_by(deal, day)
        )

    def sold(self, staff_id: str, first: date, last: date, by: date) -> tuple[Decimal, Decimal]:
        """Units sold in the span, by a date, and the money of those deals (not known counts as 0)."""
        units = amount = Decimal(0)
        for deal in self.deals_of(staff_id):
            on = deal.get("contract_on")
            if deal["unit_kind"] not in ("residential", "shopfront") or on is None or not first <= on <= last:
                continue
            if cancelled_by(deal, by):
                continue
            part = self.part(deal, staff_id) or Decimal(0)
            units += deal["units"] * part / 100
            amount += (deal.get("amount") or Decimal(0)) * part / 100
        return units, amount

    # customers

    def household(self, customer_id: str) -> set[str]:
        name = self.customers[customer_id].get("household")
        if not name:
            return {customer_id}
        return {c for c, row in self.customers.items() if row.get("household") == name}

    def groups_received(self, staff_id: str, day: date) -> int:
        households = {
            frozenset(self.household(contact["customer_id"]))
            for contact in self.contacts
            if contact["staff_id"] == staff_id
            and contact["kind"] == "visit"
            and contact["happened_at"].date() == day
        }
        return sum(1 for members in households if not self._deposit_before(members, day))

    def _deposit_before(self, members: Iterable[str], day: date) -> bool:
        for deal in self.deals:
            for name in ("holding_deposit_on", "subscription_on"):
                on = deal.get(name)
                if deal["customer_id"] in members and on is not None and on < day:
                    return True
        return False

    def recorded_in_time(self, contact: Row) -> bool:
        happened = contact["happened_at"].date()
        late = (contact["recorded_at"].date() - happened).days
        return bool(late <= self.values.at("record_within_days", happened))

    def record_dates(self, customer_id: str) -> set[date]:
        """The dates with a record of the customer's household."""
        members = self.household(customer_id)
        dates = set()
        for contact in self.contacts:
            happened = contact["happened_at"].date()
            late = (contact["recorded_at"].date() - happened).days
            if contact["customer_id"] in members and late <= self.values.at(
                "followup_record_within_days", happened
            ):
                dates.add(happened)
        for deal in self.deals:
            if deal["customer_id"] in members:
                dates |= {deal.get(name) for name in DEAL_DATES[:3]} - {None}
        return dates


def cancelled_by(deal: Row, day: date) -> bool:
    on = deal.get("cancelled_on")
    return on is not None and on <= day

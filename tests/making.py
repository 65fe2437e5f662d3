"""Makes workbooks without faults, small but nasty: ties, overlaps, gaps, and dates one day off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.builders import Row, Rows, history
from tests.chance import Chance

A_DAY = timedelta(days=1)
OPENINGS = (date(2026, 11, 1), date(2026, 9, 24), date(2026, 1, 26), date(2024, 2, 1))
PHONES = ("13800000001", "+86 138-0000-0001", "008613800000001;021-5550001", "13900000002", "021 555 0001")
CARDS = ("11010119900101123x", "11010119900101123X", "310101198001010012")
MOMENTS = (time(10), time(0), time(23, 59, 59), time(18, 30, 7))


@dataclass(frozen=True)
class Question:
    """A workbook, and what to ask of it: a period, a date for the duties, parameters."""

    rows: Rows
    since: date
    until: date
    on: date
    parameters: dict[str, Any] = field(default_factory=dict)

    def without(self, table: str) -> "Question":
        """The same with no row in the table."""
        return replace(self, rows={**self.rows, table: []})


@dataclass(frozen=True)
class Size:
    """How much there is at most."""

    consultants: int = 4
    customers: int = 9
    contacts: int = 9
    days: int = 45


SMALL = Size(consultants=2, customers=3, contacts=5, days=33)


class Maker:
    """Makes the tables of one workbook, in an order in which each row can refer to those before."""

    def __init__(self, chance: Chance, size: Size) -> None:
        self.chance = chance
        self.size = size
        self.first = chance.one_of(OPENINGS)
        days = size.days if chance.happens(50) else chance.number(6, size.days)
        self.last = self.first + timedelta(days=days)
        self.rows = history()
        self.rows["staff"] = []
        offsets = chance.one_of(((0, 1, 2), (0, 1, 4), (0, 3, 4), (0, 7, 12)))
        hot = self.a_date()
        self.hot = [hot + timedelta(days=number) for number in offsets]  # dates on which much happens

    # chance with dates

    def a_date(self, before: int = 0, after: int = 0) -> date:
        """A date of the time told about, or so many days around it."""
        days = (self.last - self.first).days
        return self.first + timedelta(days=self.chance.number(-before, days + after))

    def maybe_date(self, percent: int, before: int = 0, after: int = 0) -> date | None:
        return self.a_date(before, after) if self.chance.happens(percent) else None

    def later(self, day: date, most: int) -> date:
        return day + timedelta(days=self.chance.number(0, most))

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, self.chance.one_of(MOMENTS))

    def people(self) -> list[str]:
        return [row["staff_id"] for row in self.rows["staff"]]

    def anyone(self, favourite: str | None = None) -> str:
        if favourite is not None and self.chance.happens(70):
            return favourite
        return self.chance.one_of(self.people())

    # tables

    def make_staff(self) -> None:
        self.rows["staff"].append(self.person("M", "manager", "property"))
        for number in range(self.chance.number(1, self.size.consultants)):
            role = self.chance.one_of(("consultant",) * 6 + ("front_desk", "store_manager"))
            trade = self.chance.one_of(("property",) * 6 + ("auto",))
            self.rows["staff"].append(self.person(f"S{number}", role, trade))

    def person(self, staff_id: str, role: str, trade: str) -> Row:
        hired_on = self.a_date(after=-3) - timedelta(days=self.chance.one_of((60, 0, 300, 200)))
        left_on = max(hired_on, self.a_date(after=4)) if self.chance.happens(15) else None
        confirmed_on = self.later(hired_on, 90) if self.chance.happens(20) else None
        return {
            "staff_id": staff_id,
            "name": f"员工{staff_id}",
            "role": role,
            "project": self.chance.one_of(("P1", "P1", "P1", "P2")),
            "trade": trade,
            "hired_on": hired_on,
            "left_on": left_on,
            "probation_months": self.chance.one_of((6, 0, 1, 2)),
            "contract_years": Decimal(3),
            "confirmed_on": confirmed_on,
            "monthly_base_pay": self.pay("4200", "5000.50", "0.01"),
            "monthly_variable_pay": self.pay("1500", "2000.01"),
        }

    def make_terms(self) -> None:
        """Mostly there are none; else raises, transfers, and people who are consultants now and then."""
        for person in self.rows["staff"]:
            if person["staff_id"] == "M" or not self.chance.happens(30):
                continue
            start = max(self.a_date(before=6), person["hired_on"])
            days = {self.later(start, 12) for _ in range(self.chance.one_of((1, 1, 2, 3)))}
            for day in sorted(days):
                row = {
                    "staff_id": person["staff_id"],
                    "from_on": day,
                    "project": self.chance.one_of((None, None, "P1", "P2")),
                    "role": self.chance.one_of((None, "consultant", "consultant", "manager", "front_desk")),
                    "trade": self.chance.one_of((None, None, None, "property", "auto")),
                    "monthly_base_pay": self.pay("4800", "5000.50"),
                    "monthly_variable_pay": self.pay("1800"),
                }
                self.rows["terms"].append(row)

    def pay(self, *known: str) -> Decimal | None:
        cell = self.chance.one_of((None, *known, "0"))
        return None if cell is None else Decimal(cell)

    def make_calendar(self) -> None:
        days = {self.a_date(before=3, after=9) for _ in range(self.chance.number(0, 4))}
        self.rows["calendar"] = [{"date": day, "workday": self.chance.happens(50)} for day in sorted(days)]

    def make_roster(self) -> None:
        for staff_id in self.people():
            for day in self._dates_of(self.chance.one_of((0, 0, 15, 90))):
                kind = self.chance.one_of(("work", "work", "rest", "leave"))
                self.rows["roster"].append({"staff_id": staff_id, "date": day, "kind": kind})

    def _dates_of(self, percent: int, before: int = 4, after: int = 8) -> list[date]:
        """Each date of the time told about with that probability."""
        days = (self.last - self.first).days + before + after + 1 if percent else 0
        dates = [self.first + timedelta(days=number - before) for number in range(days)]
        return [day for day in dates if self.chance.happens(percent)]

    def make_customers(self) -> None:
        for number in range(self.chance.number(1, self.size.customers)):
            customer_id = f"C{number}"
            first_on = self.a_date(before=12, after=2)
            row = {
                "customer_id": customer_id,
                "name": f"客户{number}",
                "phone": self.chance.one_of((None, *PHONES)),
                "id_number": self.chance.one_of((None, None, None, *CARDS)),
                "household": self.chance.one_of((None, None, "H1", "H2")),
                "owner": self.anyone(),
                "first_contact_at": self.moment(first_on),
                "opted_out_on": self.maybe_date(8, before=9, after=4),
            }
            self.rows["customers"].append(row)
            self.make_contacts(row)
            self.make_transfers(row)
            self.make_waivers(row)
            self.make_deals(row)

    def make_contacts(self, customer: Row) -> None:
        if self.chance.happens(6):
            return
        day, owner = customer["first_contact_at"].date(), customer["owner"]
        for number in range(self.chance.number(1, self.size.contacts)):
            if number == 0:
                at, kinds = customer["first_contact_at"], ("visit", "call_in", "call_in", "follow_up")
            else:
                day = self.later(day, self.chance.one_of((1, 4, 4, 9)))
                at, kinds = self._not_before(customer, day), ("follow_up", "follow_up", "visit", "call_in")
            self.contact(customer["customer_id"], self.anyone(owner), self.chance.one_of(kinds), at)

    def make_visits(self) -> None:
        """Days on which half the customers come by, as 3.3 wants it."""
        for day in self.hot:
            receiver = self.anyone()
            for customer in self.rows["customers"]:
                begun = customer["first_contact_at"].date() < day and self._has_contacts(customer)
                if begun and self.chance.happens(50):
                    at = self._not_before(customer, day)
                    self.contact(customer["customer_id"], self.anyone(receiver), "visit", at)

    def _has_contacts(self, customer: Row) -> bool:
        return any(row["customer_id"] == customer["customer_id"] for row in self.rows["contacts"])

    def _not_before(self, customer: Row, day: date) -> datetime:
        at: datetime = max(self.moment(day), customer["first_contact_at"])
        return at

    def contact(self, customer_id: str, staff_id: str, kind: str, at: datetime) -> None:
        days_late = self.chance.one_of((0, 0, 0, 1, 2, 3))
        recorded_at = at
        if days_late:
            recorded_at = datetime.combine(at.date() + days_late * A_DAY, self.chance.one_of(MOMENTS))
        elif self.chance.happens(40):
            recorded_at = datetime.combine(at.date(), time(23, 59, 59))
        row = {
            "contact_id": f"K{self.chance.number(0, 9)}-{len(self.rows['contacts'])}",
            "customer_id": customer_id,
            "staff_id": staff_id,
            "kind": kind,
            "happened_at": at,
            "recorded_at": recorded_at,
            "effective": not self.chance.happens(30),
        }
        self.rows["contacts"].append(row)

    def make_transfers(self, customer: Row) -> None:
        began = customer["first_contact_at"].date()
        days = {
            began + timedelta(days=self.chance.number(-4, 20))
            for _ in range(self.chance.one_of((0, 0, 1, 2, 3)))
        }
        for day in sorted(days):
            to = None if self.chance.happens(20) else self.anyone(customer["owner"])
            row = {"customer_id": customer["customer_id"], "on": day, "to": to}
            self.rows["transfers"].append(row)

    def make_waivers(self, customer: Row) -> None:
        start = self.a_date(before=4, after=6)
        days = {self.later(start, 5) for _ in range(self.chance.one_of((0, 0, 0, 1, 2, 3)))}
        for day in sorted(days):
            row = {
                "customer_id": customer["customer_id"],
                "from_on": day,
                "to_on": None if self.chance.happens(20) else self.later(day, 9),
                "reason": self.chance.one_of(("special", "no_further_tracking")),
                "signed_by": "M",
                "signed_on": self.a_date(before=4, after=6),
            }
            self.rows["waivers"].append(row)

    def make_deals(self, customer: Row) -> None:
        for _ in range(self.chance.one_of((0, 0, 1, 2, 5))):
            row: Row = {
                "deal_id": f"D{len(self.rows['deals'])}",
                "customer_id": customer["customer_id"],
                "staff_id": None if self.chance.happens(8) else self.anyone(customer["owner"]),
                "unit_kind": self.chance.one_of(
                    ("residential", "residential", "shopfront", "parking", "other")
                ),
                "units": self.chance.one_of((1, 1, 2, 0, 12)),
                "amount": self.pay("1000000", "999999.99"),
            }
            row |= self._deal_dates()
            self.rows["deals"].append(row)
            self.make_shares(row["deal_id"])

    def _deal_dates(self) -> Row:
        day = self.chance.one_of(self.hot) if self.chance.happens(60) else self.a_date(before=9, after=4)
        started: date | None = None
        dates: Row = {}
        names = ["holding_deposit_on", "subscription_on", "contract_on"]
        forced = self.chance.one_of(names)
        for name in names:
            dates[name] = None
            if name == forced or self.chance.happens(45):
                day = day if started is None else self.later(day, 6)
                started = started or day
                dates[name] = day
        assert started is not None
        dates["cancelled_on"] = self.later(started, 9) if self.chance.happens(30) else None
        return dates

    def make_shares(self, deal_id: str) -> None:
        if not self.chance.happens(20):
            return
        percents = self.chance.one_of((("100",), ("50", "50"), ("33.33", "66.67"), ("0", "100")))
        people = self.people()
        start = self.chance.number(0, len(people) - 1)
        for number, percent in enumerate(percents):
            who = people[(start + number) % len(people)]
            row = {"deal_id": deal_id, "staff_id": who, "percent": Decimal(percent)}
            self.rows["shares"].append(row)

    def make_reports(self) -> None:
        for staff_id in self.people():
            for day in self._dates_of(self.chance.one_of((0, 80, 95)), before=2, after=2):
                late = self.chance.one_of((0,) * 8 + (1, 3))
                false = self.chance.happens(5)
                row = {
                    "staff_id": staff_id,
                    "date": day,
                    "submitted_at": None if self.chance.happens(5) else self.moment(day + late * A_DAY),
                    "false": false,
                    "decided_by": "M" if false else None,
                }
                self.rows["reports"].append(row)

    def make_quotas(self) -> None:
        months = sorted({self.first.replace(day=1), self.last.replace(day=1)})
        for staff_id in self.people():
            for month in months:
                if self.chance.happens(80):
                    units = self.chance.one_of((1, 2, 0, 12))
                    self.rows["quotas"].append({"staff_id": staff_id, "month": month, "units": units})

    def make_cases(self) -> None:
        for staff_id in self.people():
            if self.chance.happens(15):
                row = {
                    "staff_id": staff_id,
                    "on": self.a_date(before=2, after=2),
                    "kind": self.chance.one_of(("foreign_product", "attribution_error", "attribution_fraud")),
                    "severity": self.chance.one_of(("serious", "especially_serious")),
                    "decided_by": "M",
                }
                self.rows["cases"].append(row)

    def make_resignations(self) -> None:
        for staff_id in self.people():
            days = {self.a_date(before=30) for _ in range(self.chance.one_of((0, 0, 0, 1, 2)))}
            for day in sorted(days):
                row = {
                    "staff_id": staff_id,
                    "applied_on": day,
                    "last_on": day + timedelta(days=self.chance.one_of((30, 29, 31, 0, 10))),
                    "loans_cleared": not self.chance.happens(30),
                    "attendance_pay": self.pay("3000", "2813.33", "0.01"),
                    "sales_bonus": self.pay("8000"),
                }
                self.rows["resignations"].append(row)

    def parameters(self) -> dict[str, Any]:
        """Mostly the built-in ones; else some small ones, so that rules apply in a short time."""
        if self.chance.happens(35):
            return {}
        smaller: dict[str, tuple[Any, ...]] = {
            "record_within_days": (1, 2),
            "followup_record_within_days": (0, 2),
            "followup_every_days": (2, 1, 5),
            "followup_fine": (Decimal("33.335"), 0),
            "callin_fine": (Decimal(20),),
            "deposits_a_day": (1, 3),
            "streak_days": (2, 1),
            "groups_days": (2, 1, 5),
            "groups": (2, 1, 3),
            "groups_fine": (Decimal(1),),
            "holding_days": (2, 3, 1),
            "subscription_days": (3, 5, 1),
            "false_report_days": (2,),
            "untracked_report_days": (Decimal("0.25"),),
            "paid_days_a_month": (20,),
            "confirm_units": (2, 1),
            "confirm_after_months": (1, 0),
            "notice_days": (10,),
            "protection_days": (2, 5),
        }
        often = {"groups", "confirm_units", "holding_days"}
        chosen = {
            name: self._value(values)
            for name, values in smaller.items()
            if self.chance.happens(80 if name in often else 30)
        }
        if self.chance.happens(40):
            chosen["records_begin"] = self.a_date(before=3)
        return chosen

    def _value(self, values: Sequence[Any]) -> Any:
        """A value, or two that begin on dates of their own."""
        if not self.chance.happens(40):
            return self.chance.one_of(values)
        begins = sorted({self.a_date(before=30), self.a_date()})
        return [(day, self.chance.one_of(values)) for day in begins]

    def question(self) -> Question:
        self.make_staff()
        self.make_terms()
        self.make_calendar()
        self.make_roster()
        self.make_customers()
        if self.chance.happens(70):
            self.make_visits()
        self.make_reports()
        self.make_quotas()
        self.make_cases()
        self.make_resignations()
        since, until = sorted((self.a_date(), self.a_date(after=12)))
        if self.chance.happens(60):
            since, until = self.first, self.last
        return Question(self.rows, since, until, self.later(self.a_date(), 6), self.parameters())

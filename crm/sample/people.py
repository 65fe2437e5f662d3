"""The sample's staff, their shifts, and the company's calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from chinese_calendar import is_workday

Row = dict[str, object]
PROJECTS = {"A": "滨江壹号", "B": "云栖府"}


TEAM = (
    ("A01", "王芳", 4),
    ("A02", "陈晓燕", 7),
    ("A03", "刘志强", 10),
    ("A04", "周雨桐", 6),
    ("B01", "张磊", 5),
    ("B02", "赵敏", 9),
    ("B03", "孙佳怡", 9),
    ("B04", "郭宏伟", 19),
)
STAR, SICK, LEAVER, NEWCOMER = "A01", "A02", "A03", "A04"
SECOND_STAR, BUSY, PARTNER, WEAK = "B01", "B02", "B03", "B04"


@dataclass(frozen=True)
class Span:
    """The three months of the sample; `month` is the first day of the one to show."""

    month: date
    team: tuple[tuple[str, str, int], ...] = TEAM
    """Id, name and pace of every consultant."""
    arrivals_each: int = 33
    """Customers whom each consultant meets, about."""

    @property
    def first(self) -> date:
        """The first day of the records."""
        return add_months(self.month, -2)

    @property
    def last(self) -> date:
        """The last day of the month to show."""
        return add_months(self.month, 1) - timedelta(days=1)

    def day(self, number: int) -> date:
        """That day of the month to show."""
        return self.month.replace(day=number)

    def days(self) -> list[date]:
        """Every date of the three months."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def months(self) -> list[date]:
        """The first days of the three months."""
        return [add_months(self.month, shift) for shift in (-2, -1, 0)]


def add_months(first: date, months: int) -> date:
    """The first of a month, so many months on."""
    years, index = divmod(first.month - 1 + months, 12)
    return date(first.year + years, index + 1, 1)


def official_workday(on: date) -> bool:
    """The official calendar; Monday to Friday in a year that it does not cover."""
    try:
        return bool(is_workday(on))
    except NotImplementedError:
        return on.weekday() < 5


@dataclass(frozen=True)
class Consultant:
    """One property consultant of the sample."""

    staff_id: str
    name: str
    hired_on: date
    left_on: date | None
    works: frozenset[date]
    pace: int
    """Dates between two holding deposits, about."""

    @property
    def project(self) -> str:
        """The letter of the project, which the ids of its staff begin with."""
        return self.staff_id[0]

    @property
    def manager(self) -> str:
        """Who signs and decides for the project."""
        return f"{self.project}M1"

    def works_on(self, on: date) -> bool:
        """Whether the date is a workday of this person."""
        return on in self.works


def consultants(span: Span, random: Random) -> list[Consultant]:
    """The consultants with their shifts."""
    team = []
    for number, (staff_id, name, pace) in enumerate(span.team):
        hired = span.first - timedelta(days=500 + 61 * number)
        left = span.day(24) if staff_id == LEAVER else None
        if staff_id == NEWCOMER:
            hired = span.first - timedelta(days=19)
        works = _shifts(span, staff_id, number, left or span.last, random)
        team.append(Consultant(staff_id, name, hired, left, works, pace))
    return team


def company_days(span: Span) -> tuple[set[date], list[Row]]:
    """The company's workdays, and the calendar sheet with the one day that it gives off itself."""
    own = span.day(23)
    return {on for on in span.days() if official_workday(on) and on != own}, [{"date": own, "workday": False}]


def on_leave(span: Span, staff_id: str) -> set[date]:
    """The dates of leave in the month to show."""
    days = {SICK: (14, 15, 16), PARTNER: (20,), STAR: (26, 27)}.get(staff_id, ())
    return {span.day(number) for number in days}


def _shifts(span: Span, staff_id: str, number: int, last: date, random: Random) -> frozenset[date]:
    """A sales office is open every day: each rests one fixed weekday, and now and then a second one.

    In the first week of the month to show everybody is needed.
    """
    works = set()
    for on in span.days():
        rests = on.weekday() == number % 4 or (on.weekday() == (number + 2) % 4 and random.random() < 0.4)
        needed = span.day(1) <= on <= span.day(6)
        if on <= last and (needed or not rests) and on not in on_leave(span, staff_id):
            works.add(on)
    return frozenset(works)


def roster_rows(span: Span, team: list[Consultant], company: set[date]) -> list[Row]:
    """Only what differs from the company's calendar, as a team would write it down; and all leave."""
    rows: list[Row] = []
    for person in team:
        leave = on_leave(span, person.staff_id)
        for on in span.days():
            if person.left_on and on > person.left_on:
                continue
            works = person.works_on(on)
            if on in leave or works != (on in company):
                kind = "leave" if on in leave else "work" if works else "rest"
                rows.append({"staff_id": person.staff_id, "date": on, "kind": kind})
    return rows


def staff_rows(span: Span, team: list[Consultant]) -> list[Row]:
    """Everybody: the consultants, their managers and front desks, HR and finance."""
    rows = [_consultant_row(person) for person in team]
    others = (
        ("AM1", "林建华", "manager", "A"),
        ("AF1", "何婷婷", "front_desk", "A"),
        ("BM1", "沈雅琴", "manager", "B"),
        ("BF1", "许可欣", "front_desk", "B"),
        ("HR1", "唐丽华", "hr", "A"),
        ("CW1", "冯学军", "finance", "A"),
    )
    for number, (staff_id, name, role, project) in enumerate(others):
        hired = span.first - timedelta(days=1400 + 37 * number)
        rows.append(
            _row(staff_id, name, role, project, hired) | {"confirmed_on": hired + timedelta(days=181)}
        )
    return rows


def _consultant_row(person: Consultant) -> Row:
    row = _row(person.staff_id, person.name, "consultant", person.project, person.hired_on)
    row |= {"left_on": person.left_on, "monthly_base_pay": 4350, "monthly_variable_pay": 1500}
    if person.staff_id != NEWCOMER:
        row["confirmed_on"] = person.hired_on + timedelta(days=184)
    return row


def _row(staff_id: str, name: str, role: str, project: str, hired: date) -> Row:
    return {
        "staff_id": staff_id,
        "name": name,
        "role": role,
        "project": PROJECTS[project],
        "trade": "property",
        "hired_on": hired,
    }

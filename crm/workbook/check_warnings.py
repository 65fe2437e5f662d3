"""What is odd about a workbook and stops nothing."""

from collections.abc import Iterator

import numpy as np

from crm.rulebook.tables import NO_DAY, NO_TIME, SECONDS_A_DAY, date_of
from crm.workbook.check_keys import Book
from crm.workbook.check_terms import subject_on, warn_terms
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Ints, Loaded, Mask, look_up

_OUTSIDE = {
    "contacts": Words("接触发生在员工的在职期之外", "contact on a date outside the person's employment"),
    "reports": Words("日报日期在员工的在职期之外", "report on a date outside the person's employment"),
    "deals": Words("成交日期在员工的在职期之外", "deal on a date outside the person's employment"),
}
_LAST_DAY = Words("最后工作日与员工表的离职日期不同", "last_on is not the person's left_on")
_CONTRACT = Words("签约日期晚于这笔成交的取消日期", "contract after the deal's own cancelled_on")
_DEAL_DATES = ("holding_deposit_on", "subscription_on", "contract_on")
# Columns whose years the rules will look up in the company calendar.
_CALENDAR_DAYS = (
    ("roster", "date"),
    ("reports", "date"),
    ("transfers", "on"),
    ("quotas", "month"),
    *(("deals", name) for name in _DEAL_DATES),
)
_FAR = np.iinfo(np.int32).max


def check_warnings(book: Book, log: FaultLog) -> None:
    """The warnings that one table, or a table and the staff, give; those on tracking are elsewhere."""
    for table, column, days in _dated(book):
        _warn_outside(book, book[table], column, days, log)
    _warn_last_day(book, log)
    deals = book["deals"]
    cancelled, contract = deals["cancelled_on"], deals["contract_on"]
    deals.warn(log, (cancelled != NO_DAY) & (contract > cancelled), "contract_on", _CONTRACT)
    _warn_quotas(book, log)
    warn_terms(book, log)
    _warn_calendar(book, log)


def days_of(seconds: Ints) -> Ints:
    """The day numbers of timestamps, `NO_DAY` where there are none."""
    return np.where(seconds == NO_TIME, NO_DAY, seconds // SECONDS_A_DAY).astype(np.int32)


def _dated(book: Book) -> Iterator[tuple[str, str, list[Ints]]]:
    yield "contacts", "happened_at", [days_of(book["contacts"]["happened_at"])]
    yield "reports", "date", [book["reports"]["date"]]
    yield "deals", "staff_id", [book["deals"][name] for name in _DEAL_DATES]


def _warn_outside(book: Book, loaded: Loaded, column: str, days: list[Ints], log: FaultLog) -> None:
    staff = book["staff"]
    places = loaded.rows_in(staff, "staff_id")
    hired = look_up(places, staff["hired_on"], NO_DAY)
    left = look_up(places, np.where(staff["left_on"] == NO_DAY, _FAR, staff["left_on"]), _FAR)
    outside: Mask = np.zeros(len(loaded), dtype=bool)
    for day in days:
        outside |= (day != NO_DAY) & ((day < hired) | (day > left))
    loaded.warn(log, outside, column, _OUTSIDE[loaded.table.name])


def _warn_last_day(book: Book, log: FaultLog) -> None:
    resignations, staff = book["resignations"], book["staff"]
    places = resignations.rows_in(staff, "staff_id")
    left = look_up(places, staff["left_on"], NO_DAY)
    last = resignations["last_on"]
    resignations.warn(log, (places >= 0) & (last != NO_DAY) & (last != left), "last_on", _LAST_DAY)


def _warn_quotas(book: Book, log: FaultLog) -> None:
    """Consultants (property, whom the quotas concern) without a quota for a month that the table covers."""
    quotas, staff = book["quotas"], book["staff"]
    months = np.unique(quotas["month"])
    places = quotas.rows_in(staff, "staff_id")
    for month in months[months != NO_DAY]:
        first = date_of(month)
        last = (np.datetime64(first, "M") + 1).astype("datetime64[D]").astype(int) - 1
        left = staff["left_on"]
        throughout = (staff["hired_on"] <= month) & ((left == NO_DAY) | (left >= last))
        given = np.zeros(len(staff), dtype=bool)
        given[places[(quotas["month"] == month) & (places >= 0)]] = True
        zh, en = f"顾问没有 {first:%Y-%m} 的任务量", f"consultant without a quota for {first:%Y-%m}"
        staff.warn(log, subject_on(book, last) & throughout & ~given, "staff_id", Words(zh, en))


def _warn_calendar(book: Book, log: FaultLog) -> None:
    """Years of the records that neither the official calendar nor the file's own rows cover."""
    from chinese_calendar.constants import holidays

    days = [book[table][column] for table, column in _CALENDAR_DAYS]
    days.append(days_of(book["contacts"]["happened_at"]))
    official = {on.year for on in holidays}
    own = _years([book["calendar"]["date"]])
    for year in sorted(_years(days) - official - own):
        zh = f"法定日历没有 {year} 年的安排，按周一至周五计算；可以用日历表补上"
        en = f"no official calendar covers {year}: Monday to Friday is used; a calendar sheet settles it"
        log.add("calendar", None, None, None, Words(zh, en))


def _years(days: list[Ints]) -> set[int]:
    known = np.unique(np.concatenate([np.unique(some) for some in days]))
    known = known[known != NO_DAY]
    return {
        int(year) + 1970
        for year in np.unique(known.astype("datetime64[D]").astype("datetime64[Y]").astype(int))
    }

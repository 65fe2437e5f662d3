"""What must hold within one row, or within the rows of one deal: dates in order, signatures, shares."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from crm.rulebook.tables import NO_DAY, NO_TIME, SECONDS_A_DAY
from crm.workbook.check_keys import Book, Stored
from crm.workbook.check_stock import check_stock
from crm.workbook.check_terms import SIGNING_ROLES, check_terms, may_sign_later
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Loaded, Mask, look_up

_HUNDRED = Decimal(100)

# table, the later column, the earlier one, and what is wrong where the later comes first
_ORDER = (
    ("staff", "left_on", "hired_on"),
    ("staff", "confirmed_on", "hired_on"),
    ("waivers", "to_on", "from_on"),
    ("resignations", "last_on", "applied_on"),
)
_DEAL_DATES = ("holding_deposit_on", "subscription_on", "contract_on")
_SIGNATURES = (("waivers", "signed_by"), ("reports", "decided_by"), ("cases", "decided_by"))

_TOO_SOON = Words("早于发生时间", "is before it happened")
_EXPECTED_LATER = Words("发生之后的时间", "a time not before happened_at")
_SUBMITTED = Words("早于日报的日期", "is on a date before the report's")
_EXPECTED_SUBMITTED = Words("日报当天或以后的时间", "a time on the report's date or later")
_NO_DATE = Words("四个日期一个也没有填写", "has none of the four dates")
_EXPECTED_ANY = Words("至少一个日期", "at least one date")
_BACK = Words("早于前一步的日期", "is before the step before it")
_EXPECTED_ORDER = Words("小订、大定、签约依次不倒退的日期", "deposit, subscription and contract in order")
_EXPECTED_CANCELLED = Words("不早于第一个日期的日期", "a date not before that")
_CANCELLED = Words("早于这笔成交的第一个日期", "is before the first date of the deal")
_UNDECIDED = Words("虚假为 1 时必须填写", "is missing though false is 1")
_EXPECTED_SIGNER = Words("经理或店长的员工编号", "the staff_id of a manager or store_manager")
_NOT_A_SIGNER = Words("不是经理或店长", "is not a manager or store_manager")
_EXPECTED_SUM = Words(" 100", "100")


def check_rows(book: Book, stored: Stored, log: FaultLog) -> None:
    """All faults that need no look at contacts."""
    for table, later, earlier in _ORDER:
        _check_order(book[table], later, earlier, log)
    _check_deals(book["deals"], log)
    _check_reports(book["reports"], log)
    check_terms(book, log)
    roles = stored.get("staff", ())
    may_sign = may_sign_later(book)
    for table, column in _SIGNATURES:
        known = roles if isinstance(roles, Mapping) else {}
        _check_signer(book[table], column, book["staff"], known, may_sign, log)
    _check_shares(book["shares"], log)
    check_stock(book, stored, log)
    check_recorded(book["contacts"], log)


def check_recorded(contacts: Loaded, log: FaultLog) -> None:
    """A record cannot be written before what it records."""
    happened, recorded = contacts["happened_at"], contacts["recorded_at"]
    mask = (recorded < happened) & (recorded != NO_TIME)
    contacts.add_faults(log, mask, "recorded_at", _TOO_SOON, _EXPECTED_LATER)


def _check_order(loaded: Loaded, later: str, earlier: str, log: FaultLog) -> None:
    after, before = loaded[later], loaded[earlier]
    mask = (after < before) & (after != NO_DAY)
    name = loaded.table.column(earlier)
    wrong = Words(f"早于{name.zh}", f"is before {earlier}")
    loaded.add_faults(
        log, mask, later, wrong, Words(f"不早于{name.zh}的日期", f"a date not before {earlier}")
    )


def _check_deals(deals: Loaded, log: FaultLog) -> None:
    latest = np.full(len(deals), NO_DAY, dtype=np.int32)
    for name in _DEAL_DATES:
        days = deals[name]
        back = (days != NO_DAY) & (days < latest)
        expected = Words(
            "小订、大定、签约依次不倒退的日期", "deposit, subscription and contract dates in order"
        )
        deals.add_faults(log, back, name, Words("早于前一步的日期", "is before the step before it"), expected)
        latest = np.maximum(latest, days)
    first = _first_day(deals)
    cancelled = deals["cancelled_on"]
    early = (cancelled != NO_DAY) & (first != NO_DAY) & (cancelled < first)
    deals.add_faults(
        log, early, "cancelled_on", _CANCELLED, Words("不早于它的日期", "a date not before that")
    )
    for place in np.flatnonzero((first == NO_DAY) & (cancelled == NO_DAY) & deals.sound()):
        shown = deals.shown("deal_id", place)
        log.add("deals", deals.row(place), "deal_id", shown, _NO_DATE, _EXPECTED_ANY)


def _first_day(deals: Loaded) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """The earliest of a deal's deposit and contract dates."""
    far = np.iinfo(np.int32).max
    days = np.stack([np.where(deals[name] == NO_DAY, far, deals[name]) for name in _DEAL_DATES])
    first = days.min(axis=0)
    return np.where(first == far, NO_DAY, first).astype(np.int32)


def _check_reports(reports: Loaded, log: FaultLog) -> None:
    submitted, day = reports["submitted_at"], reports["date"]
    early = (submitted != NO_TIME) & (submitted // SECONDS_A_DAY < day)
    reports.add_faults(log, early, "submitted_at", _SUBMITTED, _EXPECTED_SUBMITTED)
    undecided = reports["false"] & (reports.codes("decided_by")[0] < 0) & reports.sound()
    reports.add_faults(log, undecided, "decided_by", _UNDECIDED, _EXPECTED_SIGNER)


def _check_signer(
    loaded: Loaded,
    column: str,
    staff: Loaded,
    stored_roles: Mapping[str, str],
    may_sign: set[str],
    log: FaultLog,
) -> None:
    """Who signs must be a manager at some time; of someone whose role is not known nothing is said here."""
    codes, names = loaded.codes(column)
    role_codes, roles = staff.codes("role")
    of_name = [
        roles[role_codes[place]] if place >= 0 and role_codes[place] >= 0 else stored_roles.get(name)
        for name, place in zip(names, staff.places(names), strict=True)
    ]
    wrong = np.array(
        [
            role is not None and role not in SIGNING_ROLES and name not in may_sign
            for name, role in zip(names, of_name, strict=True)
        ],
        dtype=bool,
    )
    mask: Mask = look_up(codes, wrong, False).astype(bool)
    loaded.add_faults(log, mask, column, _NOT_A_SIGNER, _EXPECTED_SIGNER)


def _check_shares(shares: Loaded, log: FaultLog) -> None:
    codes, names = shares.codes("deal_id")
    sums = [Decimal(0)] * len(names)
    first: dict[int, int] = {}
    unsure = {int(code) for code in codes[~shares.sound()]}
    for place, (code, percent) in enumerate(zip(codes, shares["percent"], strict=True)):
        if code >= 0 and percent is not None:
            sums[code] += percent
            first.setdefault(int(code), place)
    for code, place in first.items():
        if sums[code] != _HUNDRED and code not in unsure:
            wrong = Words(
                f"成交 {names[code]} 的比例合计为 {sums[code]:f}",
                f"shares of deal {names[code]} add up to {sums[code]:f}",
            )
            log.add("shares", shares.row(place), "percent", None, wrong, _EXPECTED_SUM)

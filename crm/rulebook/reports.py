"""Section 5: the day's report, in before midnight and true (§7 二㈢3, 6 and 五3, 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.entries import NO_MONEY, Finding, single
from crm.rulebook.history import CALL_IN, VISIT, History
from crm.rulebook.parameters import Parameters, fen
from crm.rulebook.people import Codes, codes_in, texts
from crm.rulebook.tables import NO_TIME, SECONDS_A_DAY, date_of
from crm.rulebook.words import words


@dataclass(frozen=True)
class Reports:
    """One position a report; `at` is `NO_TIME` where it was never submitted."""

    staff: Codes
    date: Days
    at: Codes
    false: Flags
    decided_by: list[str]

    @property
    def on_time(self) -> Flags:
        """Submitted on the report's very date."""
        same_day: Flags = (self.at != NO_TIME) & (self.at // SECONDS_A_DAY == self.date)
        return same_day


def reports_of(history: History) -> Reports:
    """All reports, as columns."""
    frame = history.tables["reports"]
    return Reports(
        codes_in(history.people.ids, frame["staff_id"]),
        frame["date"].to_numpy(),
        frame["submitted_at"].to_numpy(),
        frame["false"].to_numpy(),
        texts(frame["decided_by"]),
    )


def absence_pay(base_pay: Decimal | None, days: Decimal, parameters: Parameters, day: int) -> int:
    """What so many days of absence cost, in fen; `NO_MONEY` where the pay is not known (rulebook 5)."""
    if base_pay is None:
        return NO_MONEY
    return fen(base_pay * days / parameters.decimal("paid_days_a_month", day))


def report_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 5 from the day `since` to the as-of."""
    people, reports = history.people, reports_of(history)
    walked = people.walked(max(history.parameters.records_begin, since), history.as_of)
    false = _marked(history, reports.staff[reports.false], reports.date[reports.false])
    in_time = _marked(history, reports.staff[reports.on_time], reports.date[reports.on_time])
    late = _late_contacts(history)
    unrecorded = _marked(history, history.contacts.staff[late], history.contacts.day[late])
    yield from _false_reports(history, reports, walked, lang)
    untracked = walked & people.workday & ~false & (~in_time | unrecorded)
    yield from _untracked(history, reports, late, untracked, lang)


def _marked(history: History, staff: Codes, day: Days) -> Flags:
    people = history.people
    marks = np.zeros(people.workday.shape, bool)
    inside = (staff >= 0) & (day >= people.first) & (day <= people.last)
    marks[staff[inside], day[inside] - people.first] = True
    return marks


def _late_contacts(history: History) -> Codes:
    """The calls and visits that were not recorded in time (rulebook 1, recorded in time)."""
    contacts = history.contacts
    within = history.parameters.over("record_within_days", contacts.day)
    received = (contacts.kind == CALL_IN) | (contacts.kind == VISIT)
    return np.flatnonzero(received & (contacts.staff >= 0) & (contacts.recorded - contacts.day > within))


def _false_reports(history: History, reports: Reports, walked: Flags, lang: str) -> Iterator[Finding]:
    people, text = history.people, words(lang)
    for at in np.flatnonzero(reports.false).tolist():
        who, day = int(reports.staff[at]), int(reports.date[at])
        position = day - people.first
        if who < 0 or not 0 <= position < walked.shape[1] or not walked[who, position]:
            continue
        days = history.parameters.decimal("false_report_days", day)
        facts = {"on": _iso(day), "by": reports.decided_by[at], "days": plain(days)}
        evidence = text["report-false"] % (facts | {"pay": _pay_sentence(history, who, day, lang)})
        yield _absence(history, "report-false", who, day, days, evidence)


def _untracked(
    history: History, reports: Reports, late: Codes, untracked: Flags, lang: str
) -> Iterator[Finding]:
    text, contacts = words(lang), history.contacts
    person, position = np.nonzero(untracked)
    wanted = dict.fromkeys(zip(person.tolist(), (position + history.people.first).tolist(), strict=True))
    submitted = _by_person_and_date(reports.staff, reports.date, range(len(reports.date)), set(wanted))
    unrecorded = _by_person_and_date(contacts.staff[late], contacts.day[late], late.tolist(), set(wanted))
    late_ids = contacts.ids_in_time([np.array(unrecorded.get(key, []), np.int64) for key in wanted])
    for (who, day), names in zip(wanted, late_ids, strict=True):
        reasons = _report_reasons(reports, submitted.get((who, day), []), day, lang)
        if names:
            reasons.append(text["report-contacts"] % {"contacts": text["join"].join(names)})
        days = history.parameters.decimal("untracked_report_days", day)
        pay = _pay_sentence(history, who, day, lang)
        facts = {"reasons": text["and"].join(reasons), "days": plain(days), "pay": pay}
        yield _absence(history, "report-untracked", who, day, days, text["report-untracked"] % facts)


def _report_reasons(reports: Reports, rows: list[int], day: int, lang: str) -> list[str]:
    """What is wrong with the report of a date, if anything: none, or not submitted on that date."""
    submitted = [int(reports.at[row]) for row in rows if reports.at[row] != NO_TIME]
    if not submitted:
        return [words(lang)["report-none"] % {"on": _iso(day)}]
    if submitted[0] // SECONDS_A_DAY == day:
        return []
    at = str(np.datetime64(submitted[0], "s")).replace("T", " ")
    return [words(lang)["report-late"] % {"on": _iso(day), "at": at}]


def _by_person_and_date(
    staff: Codes, day: Days, rows: "range | list[int]", wanted: set[tuple[int, int]]
) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = {}
    for key, row in zip(zip(staff.tolist(), day.tolist(), strict=True), rows, strict=True):
        if key in wanted:
            found.setdefault(key, []).append(row)
    return found


def _absence(history: History, rule: str, who: int, day: int, days: Decimal, evidence: str) -> Finding:
    cost = absence_pay(_base_pay(history, who, day), days, history.parameters, day)
    amount = cost if cost == NO_MONEY else -cost
    return single(rule, who, day, evidence, amount, plain(days) if days else "")


def _base_pay(history: History, who: int, day: int) -> Decimal | None:
    terms = history.people.terms
    return terms.base_pay[terms.one(who, day)]


def _pay_sentence(history: History, who: int, day: int, lang: str) -> str:
    base, text = _base_pay(history, who, day), words(lang)
    if base is None:
        return text["pay-unknown"]
    paid = history.parameters.decimal("paid_days_a_month", day)
    return text["pay-known"] % {"base": plain(base), "paid": plain(paid)}


def _iso(day: int) -> str:
    return date_of(day).isoformat()


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: `0.5`, `1`, `4200`."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written

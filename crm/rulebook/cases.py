"""Section 8: cases and leaving (§7 五1, 2 and 四㈢)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from crm.rulebook.entries import NO_MONEY, Finding, single
from crm.rulebook.history import History
from crm.rulebook.parameters import fen
from crm.rulebook.people import codes_in, texts
from crm.rulebook.reports import plain
from crm.rulebook.tables import date_of
from crm.rulebook.words import words

_HALF = Decimal("0.5")


def award_year(on: date) -> int:
    """The calendar year whose awards a case of that date takes away (8.1)."""
    return on.year


def award_year_span(year: int) -> tuple[date, date]:
    """The first and the last date whose cases take away the awards of that year."""
    return date(year, 1, 1), date(year, 12, 31)


def case_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 8.1 from the day `since` to the as-of."""
    frame, text = history.tables["cases"], words(lang)
    columns = [texts(frame[name]) for name in ("kind", "severity", "decided_by", "second_by")]
    who = codes_in(history.people.ids, frame["staff_id"]).tolist()
    for person, on, kind, severity, by, second in zip(who, frame["on"].tolist(), *columns, strict=True):
        if person < 0 or not since <= on <= history.as_of:
            continue
        seconded = text["case-second"] % {"second": second} if second else ""
        facts = {"on": date_of(on).isoformat(), "kind": text[kind], "severity": text[severity]}
        facts |= {"by": by, "second": seconded}
        sentence = text["case"] % facts
        yield single("severe-warning", person, on, sentence)
        no_awards = text["award-ineligible"] % (facts | {"year": award_year(date_of(on))})
        yield single("award-ineligible", person, on, no_awards)
        if severity == "especially_serious":
            yield single("dismissal", person, on, sentence)


def resignation_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 8.2 from the day `since` to the as-of."""
    frame = history.tables["resignations"]
    who = codes_in(history.people.ids, frame["staff_id"]).tolist()
    names = ("applied_on", "last_on", "loans_cleared", "attendance_pay", "sales_bonus")
    rows = zip(who, *(frame[name].tolist() for name in names), strict=True)
    for person, applied, last, cleared, pay, bonus in rows:
        if person < 0 or not since <= last <= history.as_of:
            continue
        reasons = _reasons(history, applied, last, cleared, lang)
        if reasons:
            facts = {"reasons": reasons, "pay": _known(pay, lang), "bonus": _known(bonus, lang)}
            evidence = words(lang)["resignation-deduction"] % facts
            unknown = pay is None or bonus is None
            amount = NO_MONEY if unknown else -fen(pay * _HALF + bonus)
            yield single("resignation-deduction", person, last, evidence, amount)


def _reasons(history: History, applied: int, last: int, cleared: bool, lang: str) -> str:
    text = words(lang)
    notice = history.parameters.integer("notice_days", last)
    reasons = []
    if last - applied < notice:
        dates = {"applied": date_of(applied).isoformat(), "last": date_of(last).isoformat()}
        reasons.append(text["resign-notice"] % (dates | {"given": last - applied, "notice": notice}))
    if not cleared:
        reasons.append(text["resign-loans"])
    return text["and"].join(reasons)


def _known(amount: Decimal | None, lang: str) -> str:
    return words(lang)["unknown"] if amount is None else plain(amount)

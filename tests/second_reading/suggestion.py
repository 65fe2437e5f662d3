"""Section 9: which deal is whose."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from .papers import Papers, Row, Rows, each_date
from .parameters import Values

FAR = date(9999, 1, 1)


def numbers(customer: Row) -> set[str]:
    """The customer's phone numbers, in digits, without the country code of mobile numbers."""
    found = set()
    for part in (customer.get("phone") or "").split(";"):
        digits = "".join(sign for sign in part if sign in "0123456789")
        for code in ("0086", "86"):
            rest = digits[len(code) :]
            if digits.startswith(code) and len(rest) == 11 and rest.startswith("1"):
                digits = rest
                break
        if digits:
            found.add(digits)
    return found


def are_linked(one: Row, other: Row) -> bool:
    """Whether two customers share a number, a card or a household."""
    card, household = (one.get("id_number") or "").upper(), one.get("household")
    return bool(
        numbers(one) & numbers(other)
        or (card and card == (other.get("id_number") or "").upper())
        or (household and household == other.get("household"))
    )


def linked_to(papers: Papers, customer_id: str) -> set[str]:
    """The customer and all that are linked to it, directly or by a chain."""
    found, new = {customer_id}, [customer_id]
    while new:
        one = papers.customers[new.pop()]
        for other_id, other in papers.customers.items():
            if other_id not in found and are_linked(one, other):
                found.add(other_id)
                new.append(other_id)
    return found


def protected_dates(papers: Papers, contacts: list[Row]) -> set[date]:
    """The dates on which these contacts protect."""
    dates: set[date] = set()
    for contact in contacts:
        if papers.recorded_in_time(contact):
            first = contact["happened_at"].date()
            days = int(papers.values.at("protection_days", first))
            dates |= set(each_date(first, first + timedelta(days=days)))
    return dates


def candidate(papers: Papers, staff_id: str, contacts: list[Row], began: date) -> dict[str, Any]:
    times = [contact["happened_at"] for contact in contacts]
    dates = protected_dates(papers, contacts)
    return {
        "staff_id": staff_id,
        "first_contact_at": min(times).isoformat(timespec="seconds"),
        "last_contact_at": max(times).isoformat(timespec="seconds"),
        "unbroken": all(day in dates for day in each_date(min(times).date(), began)),
        "protected": began in dates,
        "via": sorted({contact["customer_id"] for contact in contacts}),
    }


def choose(candidates: list[dict[str, Any]]) -> str | None:
    """The first unbroken, else the first protected, else the one with the latest contact."""
    for name in ("unbroken", "protected"):
        for one in candidates:
            if one[name]:
                return str(one["staff_id"])
    if not candidates:
        return None
    latest = max(one["last_contact_at"] for one in candidates)
    return min(str(one["staff_id"]) for one in candidates if one["last_contact_at"] == latest)


def suggest(rows: Rows, deal_id: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What section 9 says of one deal, as `crm attribution suggest --format json` prints it."""
    papers = Papers(rows, Values(parameters), FAR)
    deal = next(row for row in papers.deals if row["deal_id"] == deal_id)
    dates = [deal.get(name) for name in ("holding_deposit_on", "subscription_on", "contract_on")]
    began = min(day for day in dates if day is not None)
    circle = linked_to(papers, deal["customer_id"])
    candidates = []
    for staff_id in papers.staff:
        own = [
            row
            for row in papers.contacts
            if row["staff_id"] == staff_id
            and row["customer_id"] in circle
            and row["happened_at"].date() <= began
            and papers.held(staff_id, "role", row["happened_at"].date()) == "consultant"
        ]
        if own:
            candidates.append(candidate(papers, staff_id, own, began))
    candidates.sort(key=lambda one: (one["first_contact_at"], one["staff_id"]))
    return {"deal_id": deal_id, "suggested": choose(candidates), "candidates": candidates}

"""What does not happen every week: a household, a ruling, a false report, a resignation, and the like."""

from datetime import date, datetime, timedelta

from crm.sample import words
from crm.sample.people import BUSY, LEAVER, PARTNER, SECOND_STAR, WEAK, Row, Span

Tables = dict[str, list[Row]]


def add(tables: Tables, span: Span) -> None:
    """Put the incidents of the month to show into the tables."""
    _false_report(tables, span)
    _late_records(tables, span)
    _special_waiver(tables, span)
    _couple_shares_a_deal(tables, span)
    _dispute(tables, span)
    _resignation(tables, span)
    tables["cases"].append(
        {
            "staff_id": BUSY,
            "on": span.day(21),
            "kind": "attribution_error",
            "severity": "serious",
            "decided_by": "BM1",
            "second_by": "HR1",
        }
    )


def _date(row: Row, name: str) -> date:
    value = row[name]
    if isinstance(value, datetime):
        return value.date()
    assert isinstance(value, date)
    return value


def _false_report(tables: Tables, span: Span) -> None:
    """The manager found one report of the weakest seller untrue."""
    row = next(
        row for row in tables["reports"] if row["staff_id"] == WEAK and _date(row, "date") >= span.day(14)
    )
    row |= {"false": True, "decided_by": "BM1"}


def _late_records(tables: Tables, span: Span) -> None:
    """Two visits of the month were written down only the next morning."""
    visits = [
        row
        for row in tables["contacts"]
        if row["kind"] == "visit" and _date(row, "happened_at") >= span.day(8) and row["staff_id"] != LEAVER
    ]
    for row in visits[20:60:25]:
        happened = row["happened_at"]
        assert isinstance(happened, datetime)
        row["recorded_at"] = happened.replace(hour=9, minute=12) + timedelta(days=1)


def _special_waiver(tables: Tables, span: Span) -> None:
    """A customer is abroad for ten days, and the manager agrees to wait."""
    handed = {row["customer_id"] for row in [*tables["waivers"], *tables["transfers"], *tables["deals"]]}
    customers = [
        row
        for row in tables["customers"]
        if row["customer_id"] not in handed
        and str(row["owner"]).startswith("A")
        and span.day(4) <= _date(row, "first_contact_at") <= span.day(16)
        and not row["opted_out_on"]
    ]
    row = customers[0]
    begins = span.day(18)
    tables["waivers"].append(
        {
            "customer_id": row["customer_id"],
            "from_on": begins,
            "to_on": begins + timedelta(days=9),
            "reason": "special",
            "signed_by": "AM1",
            "signed_on": begins,
        }
    )
    row["need"] = words.SPECIAL


def _couple_shares_a_deal(tables: Tables, span: Span) -> None:
    """Husband and wife came separately to two consultants; the ruling gives each half."""
    owners = {row["customer_id"]: row for row in tables["customers"]}
    deal = next(
        row
        for row in tables["deals"]
        if row["staff_id"] == SECOND_STAR and row["contract_on"] and _date(row, "contract_on") >= span.day(8)
    )
    buyer = owners[deal["customer_id"]]
    came = _date(buyer, "first_contact_at")
    spouse = min(
        (row for row in tables["customers"] if row["owner"] == PARTNER),
        key=lambda row: abs((_date(row, "first_contact_at") - came).days),
    )
    buyer["household"] = spouse["household"] = "H001"
    spouse["phone"] = f"{spouse['phone']};{buyer['phone']}"
    for staff_id in (SECOND_STAR, PARTNER):
        tables["shares"].append({"deal_id": deal["deal_id"], "staff_id": staff_id, "percent": 50})


def _dispute(tables: Tables, span: Span) -> None:
    """The last deposit of project B waits for a ruling, so that it is nobody's yet."""
    deals = [
        row for row in tables["deals"] if str(row["staff_id"]).startswith("B") and not row["contract_on"]
    ]
    open_deals = [row for row in deals if not row["cancelled_on"] and row["holding_deposit_on"]]
    open_deals[-1]["staff_id"] = None


def _resignation(tables: Tables, span: Span) -> None:
    """One leaves fifteen days after applying, half of the notice that the house asks for."""
    tables["resignations"].append(
        {
            "staff_id": LEAVER,
            "applied_on": span.day(9),
            "last_on": span.day(24),
            "loans_cleared": True,
            "attendance_pay": 3350,
            "sales_bonus": 4200,
        }
    )

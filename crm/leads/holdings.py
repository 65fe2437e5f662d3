"""Checking and rebuilding what the database's triggers keep of whom a customer is with (`Holding`, `Customer.place`)."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from crm.leads.models import FIRST_DAY, LAST_DAY, Customer, Holding, Transfer, owners_project_then

Turn = tuple[str, dt.date, dt.date, str | None]
"""(customer, from, to before, with whom)"""


def turns(session: Session) -> set[Turn]:
    """Everybody's turns, from the first owners and the transfers alone."""
    begun: dict[str, list[tuple[dt.date, str | None]]] = {}
    for customer_id, owner in session.execute(select(Customer.customer_id, Customer.owner)):
        begun[customer_id] = [(FIRST_DAY, owner)]
    handed = select(Transfer.customer_id, Transfer.on, Transfer.to).order_by(Transfer.on)
    for customer_id, on, to in session.execute(handed):
        begun[customer_id].append((on, to))
    return {turn for customer_id, own in begun.items() for turn in _with_ends(customer_id, own)}


def _with_ends(customer_id: str, begun: list[tuple[dt.date, str | None]]) -> Iterable[Turn]:
    ends = [on for on, _ in begun[1:]] + [LAST_DAY]
    return ((customer_id, on, end, who) for (on, who), end in zip(begun, ends, strict=True))


def differences(session: Session) -> list[str]:
    """Every kept turn and place that does not follow from owners, transfers and projects."""
    kept = {
        tuple(row)
        for row in session.execute(
            select(Holding.customer_id, Holding.from_on, Holding.to_on, Holding.staff_id)
        )
    }
    moved = [f"{one[0]}: {one[1]} – {one[2]} {one[3]}" for one in sorted(kept ^ turns(session), key=str)]
    theirs = owners_project_then().label("theirs")
    places = session.execute(select(Customer.customer_id, Customer.place, Customer.project, theirs))
    return moved + [
        f"{row.customer_id}: {row.place}"
        for row in places
        if row.place != (row.theirs if row.project is None else row.project)
    ]


def rebuild(session: Session) -> None:
    """Write all of it anew, as after a repair by hand; inside `atomic()`."""
    session.flush()
    connection = session.connection()
    connection.execute(delete(Holding))
    rows = [
        dict(zip(("customer_id", "from_on", "to_on", "staff_id"), turn, strict=True))
        for turn in turns(session)
    ]
    if rows:
        connection.execute(insert(Holding), rows)
    # The triggers work a place out whenever a project is written, be it the same.
    connection.execute(update(Customer).values(project=Customer.project))

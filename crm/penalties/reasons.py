"""Why a correction was booked: the records that came in, or were changed, since the settlement before.

A record is a reason for an entry about a customer where it is of that customer's household, and for any other entry
where it is of that person. Reasons name records by their ids, in both languages, never people.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.deals.disputes_models import Dispute, Ruling
from crm.deals.models import Deal, Share
from crm.leads.models import Contact, Customer, Transfer, Waiver
from crm.people.accounts import RowChange
from crm.people.models import ParameterValue
from crm.workbook.schema import BY_NAME

MOST_NAMED = 4
UNKNOWN = ("结算之后记录有变化。", "Records changed after the settlement.")
_WHOLE_COMPANY = frozenset({"calendar"})


@dataclass(frozen=True)
class Arrival:
    """A record that came in: whom it is about, and how it is said. `everyone`: it is about all."""

    at: str
    zh: str
    en: str
    customer: str = ""
    people: frozenset[str] = frozenset()
    everyone: bool = False


@dataclass
class Reasons:
    """What came in since a moment, ready to be asked for each correction."""

    arrivals: list[Arrival] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)

    def of(self, staff_id: str, customer_id: str) -> tuple[str, str]:
        """The sentence in Chinese and in English."""
        found = [one for one in self.arrivals if self._concerns(one, staff_id, customer_id)]
        if not found:
            return UNKNOWN
        named = sorted({(one.at, one.zh, one.en) for one in found}, reverse=True)
        shown, more = named[:MOST_NAMED], len(named) - MOST_NAMED
        zh = "；".join(one[1] for one in shown) + (f"；另有 {more} 条" if more > 0 else "")
        en = "; ".join(one[2] for one in shown) + (f"; and {more} more" if more > 0 else "")
        return f"之后才有：{zh}。", f"Came in later: {en}."

    def _concerns(self, arrival: Arrival, staff_id: str, customer_id: str) -> bool:
        if arrival.everyone:
            return True
        if not customer_id:
            return staff_id in arrival.people
        return bool(arrival.customer) and self._home(arrival.customer) == self._home(customer_id)

    def _home(self, customer_id: str) -> str:
        return self.homes.get(customer_id, customer_id)


def reasons_since(session: Session, since: dt.datetime | None) -> Reasons:
    """Everything that came in since then; nothing where there was no settlement before."""
    if since is None:
        return Reasons()
    known = _Known(session)
    arrivals = [
        *_contacts(session, since, known),
        *_waivers(session, since, known),
        *_transfers(session, since, known),
        *_deals(session, since, known),
        *_rulings(session, since, known),
        *_parameters(session, since),
        *_changes(session, since, known),
    ]
    return Reasons(arrivals, known.homes())


class _Known:
    """Looks up what records are about, each kind at most once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._deals: dict[str, tuple[str, frozenset[str]]] | None = None
        self._owners: dict[str, tuple[str, str | None]] | None = None

    def deal(self, deal_id: str) -> tuple[str, frozenset[str]]:
        """Of which customer a deal is, and whose."""
        if self._deals is None:
            query = select(Deal.deal_id, Deal.customer_id, Deal.staff_id)
            rows = self._session.execute(query).all()
            whose: dict[str, set[str]] = {row.deal_id: {row.staff_id or ""} for row in rows}
            for deal, person in self._session.execute(select(Share.deal_id, Share.staff_id)):
                whose.setdefault(deal, set()).add(person)
            self._deals = {row.deal_id: (row.customer_id, frozenset(whose[row.deal_id])) for row in rows}
        return self._deals.get(deal_id, ("", frozenset()))

    def owner(self, customer_id: str) -> frozenset[str]:
        """Whose a customer is by its row."""
        return (
            frozenset({self._customers()[customer_id][0]})
            if customer_id in self._customers()
            else frozenset()
        )

    def homes(self) -> dict[str, str]:
        """Customers of a household share its name."""
        return {one: f"household {home}" for one, (_, home) in self._customers().items() if home}

    def _customers(self) -> dict[str, tuple[str, str | None]]:
        if self._owners is None:
            query = select(Customer.customer_id, Customer.owner, Customer.household)
            self._owners = {
                row.customer_id: (row.owner, row.household) for row in self._session.execute(query)
            }
        return self._owners


def _said(at: dt.datetime | dt.date, zh: str, en: str) -> tuple[str, str, str]:
    moment = f"{at:%Y-%m-%d %H:%M}" if isinstance(at, dt.datetime) else at.isoformat()
    return moment, zh.format(at=moment), en.format(at=moment)


def _contacts(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    query = select(Contact.contact_id, Contact.customer_id, Contact.staff_id, Contact.recorded_at)
    for row in session.execute(query.where(Contact.recorded_at >= since)):
        said = _said(
            row.recorded_at,
            f"{{at}} 登记的联系 {row.contact_id}",
            f"contact {row.contact_id} recorded {{at}}",
        )
        yield Arrival(*said, row.customer_id, frozenset({row.staff_id}))


def _waivers(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    query = select(Waiver.customer_id, Waiver.from_on, Waiver.signed_on)
    for row in session.execute(query.where(Waiver.signed_on >= since.date())):
        said = _said(
            row.signed_on,
            f"{{at}} 签字的免跟进（客户 {row.customer_id}，{row.from_on} 起）",
            f"waiver signed {{at}} (customer {row.customer_id}, from {row.from_on})",
        )
        yield Arrival(*said, row.customer_id, known.owner(row.customer_id))


def _transfers(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    query = select(Transfer.customer_id, Transfer.on, Transfer.made_at).where(Transfer.made_at >= since)
    for row in session.execute(query):
        said = _said(
            row.made_at,
            f"{{at}} 登记的移交（客户 {row.customer_id}，{row.on} 起）",
            f"hand-over noted {{at}} (customer {row.customer_id}, from {row.on})",
        )
        yield Arrival(*said, row.customer_id, known.owner(row.customer_id))


def _deals(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    query = select(Deal.deal_id, Deal.entered_at, Deal.cancelled_on)
    query = query.where(or_(Deal.entered_at >= since, Deal.cancelled_on >= since.date()))
    for row in session.execute(query):
        customer, people = known.deal(row.deal_id)
        if row.entered_at is not None and row.entered_at >= since:
            said = _said(
                row.entered_at, f"{{at}} 录入的成交 {row.deal_id}", f"deal {row.deal_id} entered {{at}}"
            )
            yield Arrival(*said, customer, people)
        if row.cancelled_on is not None and row.cancelled_on >= since.date():
            said = _said(
                row.cancelled_on, f"{{at}} 退掉的成交 {row.deal_id}", f"deal {row.deal_id} cancelled {{at}}"
            )
            yield Arrival(*said, customer, people)


def _rulings(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    query = select(Ruling.ruled_at, Dispute.deal_id).join(Dispute, Dispute.dispute_id == Ruling.dispute_id)
    for ruled_at, deal_id in session.execute(query.where(Ruling.ruled_at >= since)):
        said = _said(ruled_at, f"{{at}} 对成交 {deal_id} 的判定", f"ruling on deal {deal_id} {{at}}")
        yield Arrival(*said, *known.deal(deal_id))


def _parameters(session: Session, since: dt.datetime) -> Iterator[Arrival]:
    query = select(ParameterValue.name, ParameterValue.set_at).where(ParameterValue.set_at >= since)
    for name, set_at in session.execute(query):
        said = _said(set_at, f"{{at}} 修改的规则参数 {name}", f"parameter {name} changed {{at}}")
        yield Arrival(*said, everyone=True)


def _changes(session: Session, since: dt.datetime, known: _Known) -> Iterator[Arrival]:
    """What the history of rows tells: changes of every table that the rules read, and what was imported."""
    query = select(RowChange).where(RowChange.at >= since, RowChange.table_name.in_(list(BY_NAME)))
    for change in session.scalars(query.order_by(RowChange.change_id)):
        key = [str(part) for part in json.loads(change.row_key)]
        table = BY_NAME[change.table_name]
        verb = ("登记", "added") if change.before is None else ("修改", "changed")
        said = _said(
            change.at,
            f"{{at}} {verb[0]}的{table.zh} {' '.join(key)}",
            f"{change.table_name} {' '.join(key)} {verb[1]} {{at}}",
        )
        customer, people = _about(session, change, key, known)
        yield Arrival(*said, customer, people, change.table_name in _WHOLE_COMPANY)


def _about(
    session: Session, change: RowChange, key: Sequence[str], known: _Known
) -> tuple[str, frozenset[str]]:
    """Which customer and which people a changed row is about."""
    table = change.table_name
    if table in ("deals", "shares"):
        return known.deal(key[0])
    if table == "contacts":
        row = session.get(Contact, key[0])
        return (row.customer_id, frozenset({row.staff_id})) if row else ("", frozenset())
    names = {*(change.before or {}).items(), *(change.after or {}).items()} if _plain(change) else set()
    people = frozenset(str(value) for name, value in names if name in ("staff_id", "owner", "to") and value)
    if table in ("customers", "waivers", "transfers"):
        return key[0], people | known.owner(key[0])
    return "", people | {key[0]}


def _plain(change: RowChange) -> bool:
    values = [*(change.before or {}).values(), *(change.after or {}).values()]
    return all(isinstance(value, str | int | float | bool | None) for value in values)

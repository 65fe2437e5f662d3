"""Two projects with everybody in them, so that a page can be asked for as anyone and about anything."""

import datetime as dt
import os
import socket
from decimal import Decimal

from crm.clock import now
from crm.daily.models import Report
from crm.deals.disputes_models import Dispute, DisputeReader, DisputeStatement, Ruling
from crm.deals.models import Deal
from crm.leads.models import Transfer, WaiverRequest
from crm.leads.reception_models import ReceptionEvent, ReceptionPlace
from crm.penalties.models import LedgerEntry, ProvisionalEntry
from crm.people.accounts import Account, Job, SignIn
from crm.people.models import LeaveRequest, RosterDay, Setting, Term
from crm.people.signing_in import hash_of
from crm.store.base import Base
from crm.targets.models import Case, Quota
from tests.access.books_world import keep_books
from tests.access.cases_world import case_belongings
from tests.access.leaving_world import leaving_belongings
from tests.access.orders_world import order_belongings, price_of_the_book
from tests.access.pay_world import pay_belongings
from tests.access.probation_world import former_people, probation_decisions
from tests.access.rulebook_world import proposal_and_trial
from tests.access.stock_world import stock_belongings
from tests.access.training_world import training_belongings
from tests.people_builders import ELSEWHERE, HOME, contact, customer, keep, staff

DAY = dt.date(2026, 11, 20)
STAFF_OF_ROLE = {
    "consultant": "A1",
    "front_desk": "F1",
    "store_manager": "S1",
    "manager": "M1",
    "hr": "H1",
    "finance": "N1",
}
OWNERS = (("A1", HOME), ("A2", HOME), ("B1", ELSEWHERE))


def build_world() -> None:
    """Store the world; inside an application context, on an empty database."""
    keep([Setting(name="projects", value=[HOME, ELSEWHERE]), Setting(name="company", value="示例公司")])
    keep(staff(staff_id, role) for role, staff_id in STAFF_OF_ROLE.items())
    keep([staff("A2"), staff("B1", project=ELSEWHERE), staff("M2", "manager", project=ELSEWHERE)])
    keep([price_of_the_book()])
    for number, (owner, project) in enumerate(OWNERS, 1):
        keep(_belongings(number, owner, project))
    keep_books(OWNERS)
    keep(_accounts())
    keep([_settlement()])
    keep(proposal_and_trial())
    keep(_disputes())
    keep(_pool())
    keep(probation_decisions())
    keep(former_people())


def _belongings(number: int, owner: str, project: str) -> list[Base]:
    return [
        customer(f"C-{owner}", owner, project=project, phone=f"1380013800{number}"),
        contact(f"K-{owner}", f"C-{owner}", owner),
        Deal(
            deal_id=f"D-{owner}",
            customer_id=f"C-{owner}",
            staff_id=owner,
            unit_kind="residential",
            amount=Decimal("2860000.00"),
            holding_deposit_on=DAY,
        ),
        Report(staff_id=owner, date=DAY, submitted_at=dt.datetime(2026, 11, 20, 18, 30)),
        RosterDay(staff_id=owner, date=DAY, kind="work"),
        Term(staff_id=owner, from_on=dt.date(2027, 1, 1), monthly_base_pay=Decimal(4800)),
        WaiverRequest(
            customer_id=f"C-{owner}",
            asked_by=owner,
            asked_at=dt.datetime(2026, 11, 20, 9),
            from_on=DAY,
            to_on=None,
            reason="special",
            note="出国",
        ),
        LeaveRequest(
            staff_id=owner, from_on=DAY, to_on=DAY, reason="看病", asked_at=dt.datetime(2026, 11, 19, 9)
        ),
        LedgerEntry(**_entry(owner), rulebook="1", posted_at=dt.datetime(2026, 11, 22, 1)),
        ProvisionalEntry(**_entry(owner), computed_at=dt.datetime(2026, 11, 22, 1)),
        Transfer(customer_id=f"C-{owner}", on=DAY, to=owner),
        *stock_belongings(owner, project),
        *training_belongings(number, owner, project),
        *order_belongings(owner, project),
        *case_belongings(owner),
        Quota(staff_id=owner, month=DAY.replace(day=1), units=4),
        Case(staff_id=owner, on=DAY, kind="foreign_product", severity="serious", decided_by="M1"),
        *pay_belongings(number, owner),
        *leaving_belongings(owner),
    ]


def _disputes() -> list[Base]:
    rows: list[Base] = []
    for owner, _project in OWNERS:
        which, at = f"dispute-of-{owner}", dt.datetime(2026, 11, 20, 12)
        rows.append(Dispute(dispute_id=which, deal_id=f"D-{owner}", cause="manager", opened_at=at))
        rows.append(DisputeReader(dispute_id=which, staff_id="A2", named_by="M1", named_at=at))
        rows.append(
            DisputeStatement(
                statement_id=f"statement-of-{owner}",
                dispute_id=which,
                staff_id=owner,
                question="请说明经过",
                asked_by="M1",
                asked_at=at,
            )
        )
    return rows + _case_files()


def _case_files() -> list[Base]:
    """Two ruled ones, over deals that nothing else is about."""
    rows: list[Base] = []
    for key, owner, at in (
        ("", "A2", dt.datetime(2026, 11, 21, 9)),
        ("-elsewhere", "B1", dt.datetime(2026, 11, 21, 10)),
    ):
        which, deal_id = f"dispute-ruled{key}", f"D-ruled{key}"
        rows.append(
            Deal(
                deal_id=deal_id, customer_id=f"C-{owner}", staff_id=owner, unit_kind="parking",
                holding_deposit_on=DAY,
            )
        )  # fmt: skip
        rows.append(
            Dispute(
                dispute_id=which, deal_id=deal_id, cause="manager", opened_at=at, state="ruled", rulings=1
            )
        )
        rows.append(
            Ruling(
                dispute_id=which, number=1, ruled_by="M1", ruled_at=at, reason="首访在先",
                shares=[[owner, "100"]], suggested=owner,
            )
        )  # fmt: skip
    return rows


def _pool() -> list[Base]:
    found: list[Base] = []
    for key, owner, project in (("", "A2", HOME), ("-2", "A2", HOME), ("-elsewhere", "B1", ELSEWHERE)):
        found.append(customer(f"C-pool{key}", owner, project=project))
        found.append(Transfer(customer_id=f"C-pool{key}", on=DAY, to=None))
    just = dt.datetime(2026, 11, 23, 10)
    claimed = Transfer(
        customer_id="C-claimed", on=just.date(), to="A1", reason="pool:claimed", made_by="A1", made_at=just
    )
    return [*found, customer("C-claimed", "A2", project=HOME), claimed, *_reception(just)]


def _reception(just: dt.datetime) -> list[Base]:
    """A turn in each project that may be taken back yet."""
    found: list[Base] = []
    for owner, project in (("A1", HOME), ("B1", ELSEWHERE)):
        found.append(ReceptionPlace(staff_id=owner, project=project, rank=1))
        turn = {"kind": "turn", "staff_id": owner, "actor": "F1", "before": {owner: 1}}
        found.append(ReceptionEvent(project=project, on=just.date(), at=just, **turn))
    return found


def _settlement() -> Job:
    """A settlement that goes on, so that asking for one leads to it and starts no thread."""
    return Job(
        job_id="settle-2026-11-22",
        kind="settle",
        title="结算",
        state="running",
        payload={"actor": "night", "pid": os.getpid(), "host": socket.gethostname()},
        began_at=now(),
    )


def _entry(owner: str) -> dict[str, object]:
    return {
        "rule": "followup-missed",
        "staff_id": owner,
        "on": DAY,
        "amount": Decimal("-50.00"),
        "absent_days": "",
        "customer_id": f"C-{owner}",
        "evidence_zh": "应于 2026-11-20 跟进",
        "evidence_en": "due on 2026-11-20",
    }


def token_of(role: str) -> str:
    """The token of that role's session."""
    return f"token of {role} in the world of the access matrix"


def _accounts() -> list[Base]:
    rows: list[Base] = []
    for role in (*STAFF_OF_ROLE, "admin"):
        account = Account(
            login=role,
            display_name=role,
            staff_id=STAFF_OF_ROLE.get(role),
            password_hash="no password",
            must_change=False,
            created_at=now(),
        )
        rows += [account, _session(account, role)]
    return rows


def _session(account: Account, role: str) -> SignIn:
    at = now()
    return SignIn(
        token_hash=hash_of(token_of(role)),
        account=account,
        began_at=at,
        seen_at=at,
        proved_at=at,
        waits_for_factor=False,
        address="127.0.0.1",
        agent="test",
    )

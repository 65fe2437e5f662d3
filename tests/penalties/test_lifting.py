"""What a person lifted stays lifted; the ledger always sums up to what is computed without what was lifted."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Waiver
from crm.penalties.closing import close_month
from crm.penalties.lifting import lift
from crm.penalties.models import LedgerEntry
from crm.penalties.reading import EPOCH
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from crm.transactions import atomic
from tests.penalties.books import CLOSED, account, begin, entries, waive
from tests.people_builders import keep, staff

MISSED = LedgerEntry.rule == "followup-missed"
KEYS = ("rule", "staff_id", "on", "amount", "absent_days", "customer_id")
SETTLED = dt.datetime(2026, 11, 20, 0, 30)


@pytest.fixture
def company(store):
    begin()
    settle_open(SETTLED, "night")


def undo_waiver(day):
    with atomic() as session:
        session.delete(session.get(Waiver, ("C1", day)))


def taking_back(entry):
    return entries(LedgerEntry.corrects == entry.entry_id)


def test_a_lift_is_a_row_of_its_own_with_the_reason(company):
    entry = entries(MISSED)[0]
    number = lift(account("M1"), entry.entry_id, " 系统停机 ", SETTLED)
    row = db.session.get(LedgerEntry, number)
    assert (row.kind, row.corrects, row.amount, row.month) == (
        "lift",
        entry.entry_id,
        Decimal("50.00"),
        "2026-10",
    )
    assert (row.why_zh, row.actor, row.posted_at) == ("系统停机", "M1", SETTLED)


def test_a_settlement_does_not_post_a_lifted_entry_again(company):
    entry = entries(MISSED)[0]
    lift(account("M1"), entry.entry_id, "系统停机", SETTLED)
    done = settle_open(SETTLED, "night")
    assert (done.posted, done.reversed) == (0, 0)


def test_a_lifted_entry_that_vanishes_is_not_taken_back_twice_and_stays_lifted_when_it_returns(company):
    entry = entries(MISSED)[0]
    lift(account("M1"), entry.entry_id, "系统停机", SETTLED)
    waive(entry.on)
    settle_open(SETTLED, "night")
    assert [row.kind for row in taking_back(entry)] == ["lift"]
    undo_waiver(entry.on)
    settle_open(SETTLED, "night")
    net = sum(row.amount for row in entries(MISSED, LedgerEntry.on == entry.on))
    assert net == 0, "it was lifted for good"


def test_an_entry_of_a_closed_month_is_lifted_in_the_open_one(company):
    close_month("2026-10", CLOSED, "H1")
    entry = entries(MISSED)[0]
    number = lift(account("H1"), entry.entry_id, "系统停机", SETTLED)
    assert db.session.get(LedgerEntry, number).month == "2026-11"


def test_nothing_is_taken_back_twice(company):
    entry = entries(MISSED)[0]
    number = lift(account("M1"), entry.entry_id, "系统停机", SETTLED)
    with pytest.raises(Conflict, match="already"):
        lift(account("M1"), entry.entry_id, "系统停机", SETTLED)
    with pytest.raises(Conflict, match="cannot be lifted itself"):
        lift(account("M1"), number, "系统停机", SETTLED)
    waive(entries(MISSED)[1].on)
    settle_open(SETTLED, "night")
    with pytest.raises(Conflict, match="already"):
        lift(account("M1"), entries(LedgerEntry.kind == "reversal")[0].corrects, "系统停机", SETTLED)


def test_only_the_projects_managers_and_hr_lift_and_nobody_their_own(company):
    entry = entries(MISSED)[0].entry_id
    keep([staff("M9", "manager", project="湖畔花园")])
    for who in ("A01", "M9"):
        role = "manager" if who == "M9" else "consultant"
        project = "湖畔花园" if who == "M9" else "滨江壹号"
        user = SimpleNamespace(role=role, project=project, staff_id=who, actor=who)
        with pytest.raises(NotFound):
            lift(user, entry, "系统停机", SETTLED)
    own = SimpleNamespace(role="manager", project="滨江壹号", staff_id="A01", actor="A01")
    with pytest.raises(Refused):
        lift(own, entry, "系统停机", SETTLED)
    with pytest.raises(NotFound):
        lift(account("M1"), 999_999, "系统停机", SETTLED)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "打 13812345678 问过", "138 1234 5678"])
def test_a_reason_is_given_and_keeps_no_number_for_ever(company, reason):
    with pytest.raises(Invalid):
        lift(account("M1"), entries(MISSED)[0].entry_id, reason, SETTLED)


# Any sequence

DAYS = [dt.date(2026, 10, day) for day in (8, 12, 15, 19)]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("waive"), st.integers(0, 3)),
        st.tuples(st.just("undo"), st.integers(0, 3)),
        st.tuples(st.just("lift"), st.integers(0, 30)),
        st.tuples(st.just("settle"), st.just(0)),
        st.tuples(st.just("close"), st.just(0)),
    ),
    min_size=4,
    max_size=12,
)


class Computed:
    """Remembers the bag of entries that the last settlement computed."""

    def __init__(self, monkeypatch):
        from crm.penalties import settling

        self.bag = Counter()
        real = settling.post

        def post(session, computed, run):
            fixed = computed.entries[~computed.open]
            columns = [fixed[name].astype(object) for name in KEYS]
            self.bag = Counter(
                (rule, who, EPOCH + dt.timedelta(days=int(on)), amount, absent, customer)
                for rule, who, on, amount, absent, customer in zip(*columns, strict=True)
            )
            return real(session, computed, run)

        monkeypatch.setattr(settling, "post", post)


def stands():
    """By key: how many are posted and not taken back, and how many were lifted."""
    net, lifted = defaultdict(int), defaultdict(int)
    from crm.rulebook.entries import NO_MONEY

    rows = {row.entry_id: row for row in entries()}
    for row in rows.values():
        source = rows[row.corrects] if row.corrects else row
        fen = NO_MONEY if source.amount is None else int(source.amount * 100)
        key = (source.rule, source.staff_id, source.on, fen, source.absent_days, source.customer_id)
        net[key] += -1 if row.corrects else 1
        lifted[key] += row.kind == "lift"
    return net, lifted


def carry_out(act, number):
    if act == "waive" and db.session.get(Waiver, ("C1", DAYS[number])) is None:
        waive(DAYS[number])
    elif act == "undo" and db.session.get(Waiver, ("C1", DAYS[number])) is not None:
        undo_waiver(DAYS[number])
    elif act == "lift":
        rows = entries(MISSED)
        if rows:
            try:
                lift(account("M1"), rows[number % len(rows)].entry_id, "系统停机", SETTLED)
            except Conflict:
                db.session.rollback()
    elif act == "settle":
        settle_open(SETTLED, "night")
    elif act == "close":
        try:
            close_month("2026-10", CLOSED, "H1")
        except Conflict:
            db.session.rollback()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_the_ledger_is_always_what_is_computed_without_what_was_lifted(app, copy_of, acts):
    with pytest.MonkeyPatch.context() as patch:
        copy_of("lifting", begin)
        with app.app_context():
            computed = Computed(patch)
            for act, number in acts:
                carry_out(act, number)
            settle_open(SETTLED, "night")
            net, lifted = stands()
            for key in net.keys() | computed.bag.keys():
                assert net[key] == max(computed.bag[key] - lifted[key], 0), key
            assert look_through(db.session()).faults == []

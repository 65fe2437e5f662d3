"""The duties that are kept as rows are the ones that the core would give for the whole database."""

import datetime as dt
import random

import pytest
from sqlalchemy import select, update

from crm.deals.models import Deal
from crm.exchange.services import parameters_in_force
from crm.exchange.stored import stored_tables
from crm.extensions import db
from crm.leads import worklist
from crm.leads.models import Contact, Customer, Transfer, Waiver
from crm.leads.worklist_models import DutyRoll, KeptDuty
from crm.people.models import CalendarDay, ParameterValue, RosterDay, Staff
from crm.rulebook import duties
from crm.rulebook.tables import NO_DAY, date_of
from crm.transactions import atomic
from tests.people_builders import contact, customer, keep, staff

ON = dt.date(2026, 11, 20)  # a Friday
PEOPLE = ("A1", "A2", "A3")


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12))


def kept_duties() -> dict[str, tuple[object, ...]]:
    rows = db.session.scalars(select(KeptDuty)).all()
    return {
        row.customer_id: (row.staff_id, row.kind, row.due_on, row.done, row.overdue_since, row.cost)
        for row in rows
    }


def core_duties(on: dt.date = ON) -> dict[str, tuple[object, ...]]:
    """What the rulebook says over all rows at once."""
    frame = duties(stored_tables(db.session.connection()), parameters_in_force(db.session()), on)
    rows = frame[frame["kind"] != "report"].itertuples()
    return {
        row.customer_id: (
            row.staff_id,
            row.kind,
            date_of(row.due_on),
            bool(row.done),
            None if row.overdue_since == NO_DAY else date_of(row.overdue_since),
            worklist.yuan_of(row.cost),
        )
        for row in rows
    }


@pytest.fixture
def floor(store):
    """Three consultants, a manager and a dozen customers, two of them a household; everything rolled to ON."""
    keep([*(staff(one) for one in PEOPLE), staff("M1", "manager")])
    for number in range(12):
        first = noon(dt.date(2026, 11, 5 + number))
        name = f"C{number:02}"
        home = "H1" if number in (3, 4) else None
        keep([customer(name, PEOPLE[number % 3], first_contact_at=first, household=home)])
        keep(
            [
                contact(
                    f"K{number:02}",
                    name,
                    PEOPLE[number % 3],
                    happened_at=first,
                    kind=("call_in", "visit")[number % 2],
                )
            ]
        )
    worklist.roll_everyone(ON)
    assert kept_duties() == core_duties() != {}
    return store


def add_contact(chance: random.Random) -> None:
    one = chance.choice(customers())
    happened = noon(ON - dt.timedelta(days=chance.randrange(4)))
    if happened >= one.first_contact_at:
        said = {"kind": chance.choice(("follow_up", "visit")), "effective": chance.random() < 0.6}
        keep([contact(f"X{chance.random()}", one.customer_id, one.owner, happened_at=happened, **said)])


def strike(chance: random.Random) -> None:
    with atomic() as session:
        standing = session.scalars(select(Contact).where(Contact.contact_id.like("X%"))).all()
        if standing:
            chance.choice(standing).struck_at = noon(ON)


def hand_over(chance: random.Random) -> None:
    with atomic() as session:
        day = ON - dt.timedelta(days=chance.randrange(6))
        session.merge(
            Transfer(
                customer_id=chance.choice(customers()).customer_id,
                on=day,
                to=chance.choice((*PEOPLE, None)),
            )
        )


def waive(chance: random.Random) -> None:
    with atomic() as session:
        one = chance.choice(customers()).customer_id
        end = chance.choice((None, ON + dt.timedelta(days=2)))
        day = ON - dt.timedelta(days=chance.randrange(4))
        session.merge(
            Waiver(customer_id=one, from_on=day, to_on=end, reason="special", signed_by="M1", signed_on=day)
        )


def sell(chance: random.Random) -> None:
    one = chance.choice(customers()).customer_id
    steps = {
        chance.choice(("holding_deposit_on", "contract_on")): ON - dt.timedelta(days=chance.randrange(5))
    }
    keep(
        [
            Deal(
                deal_id=f"D{chance.random()}",
                customer_id=one,
                staff_id="A1",
                unit_kind="residential",
                **steps,
            )
        ]
    )


def opt_out(chance: random.Random) -> None:
    with atomic() as session:
        session.get_one(Customer, chance.choice(customers()).customer_id).opted_out_on = ON


def move_in(chance: random.Random) -> None:
    with atomic() as session:
        session.get_one(Customer, chance.choice(customers()).customer_id).household = chance.choice(
            ("H1", "H2", None)
        )


def plan(chance: random.Random) -> None:
    with atomic() as session:
        day = ON + dt.timedelta(days=chance.randrange(-5, 4))
        kind = chance.choice(("work", "rest", "leave"))
        session.merge(RosterDay(staff_id=chance.choice(PEOPLE), date=day, kind=kind))


def move_a_workday(chance: random.Random) -> None:
    with atomic() as session:
        session.merge(
            CalendarDay(date=ON + dt.timedelta(days=chance.randrange(4)), workday=chance.random() < 0.5)
        )


ACTS = {
    act.__name__: act
    for act in (add_contact, strike, hand_over, waive, sell, opt_out, move_in, plan, move_a_workday)
}


def customers() -> list[Customer]:
    return list(db.session.scalars(select(Customer).order_by(Customer.customer_id)))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_acts_the_kept_duties_are_those_of_the_core(floor, seed):
    chance = random.Random(seed)
    for _ in range(25):
        name = chance.choice([*ACTS, "add_contact", "add_contact"])
        ACTS[name](chance)
        with atomic() as session:  # a plan or a moved workday leaves lists to be computed anew, which is this
            for one in PEOPLE:
                worklist.roll_if_needed(session, one, ON)
        assert kept_duties() == core_duties(), f"after {name}"
        assert worklist.differences(db.session()) == []


@pytest.mark.parametrize(
    "name", ["add_contact", "strike", "hand_over", "waive", "sell", "opt_out", "move_in"]
)
def test_an_act_on_a_customer_refreshes_its_household_at_once(floor, name):
    chance = random.Random(7)
    for _ in range(6):
        ACTS["add_contact"](chance)
        ACTS[name](chance)
        assert db.session.query(DutyRoll).count() == len(PEOPLE), "nobody's list had to be computed anew"
        assert kept_duties() == core_duties()


def test_a_spouses_visit_moves_the_clock_of_the_other(floor):
    before = kept_duties()["C03"]
    keep([contact("X1", "C04", "A2", happened_at=noon(ON), kind="follow_up")])
    after = kept_duties()["C03"]
    assert (before[4], after[4]) == (dt.date(2026, 11, 12), None)
    assert after[2] > ON


def test_leaving_a_household_gives_the_other_its_own_clock_back(floor):
    keep([contact("X1", "C04", "A2", happened_at=noon(ON), kind="follow_up")])
    with atomic() as session:
        session.get_one(Customer, "C04").household = None
    assert kept_duties() == core_duties()
    assert kept_duties()["C03"][4] == dt.date(2026, 11, 11)


def test_a_statement_without_rows_leaves_nothing_to_rely_on(floor):
    with atomic() as session:
        session.execute(update(Customer).values(opted_out_on=ON))
    assert db.session.query(DutyRoll).count() == 0


def test_a_changed_parameter_leaves_nothing_to_rely_on(floor):
    keep([ParameterValue(name="followup_every_days", from_on=None, value="2", set_by="M1", set_at=noon(ON))])
    assert db.session.query(DutyRoll).count() == 0


def test_the_roster_of_who_had_a_customer_before_counts_too(floor):
    with atomic() as session:
        session.add(Transfer(customer_id="C00", on=ON, to="A2"))
    keep([RosterDay(staff_id="A1", date=dt.date(2026, 11, 6), kind="rest")])
    assert set(db.session.scalars(select(DutyRoll.staff_id))) == {"A3"}


def test_a_new_name_or_grade_computes_nothing(floor):
    with atomic() as session:
        row = session.get_one(Customer, "C00")
        row.name, row.intent_grade = "王女士", "A"
        session.execute(KeptDuty.__table__.update().values(cost=1))
    assert db.session.get_one(KeptDuty, "C00").cost == 1


def fail_after_handing_over() -> None:
    with atomic() as session:
        session.add(Transfer(customer_id="C00", on=ON, to="A2"))
        session.flush()
        print(1 / 0)


def test_an_act_that_fails_leaves_the_kept_duties_alone(floor):
    before = kept_duties()
    with pytest.raises(ZeroDivisionError):
        fail_after_handing_over()
    assert kept_duties() == before
    with atomic() as session:
        session.get_one(Staff, "M1").name = "经理"
    assert kept_duties() == before


def test_the_next_day_each_list_is_rolled_once(floor):
    tomorrow = ON + dt.timedelta(days=1)
    assert worklist.roll_everyone(tomorrow) == len(PEOPLE)
    assert kept_duties() == core_duties(tomorrow)
    assert set(db.session.scalars(select(DutyRoll.on))) == {tomorrow}


def test_who_has_left_keeps_no_list(floor):
    with atomic() as session:
        session.get_one(Staff, "A3").left_on = ON
    worklist.roll_everyone(ON + dt.timedelta(days=1))
    assert set(db.session.scalars(select(DutyRoll.staff_id))) == {"A1", "A2"}
    assert kept_duties() == core_duties(ON + dt.timedelta(days=1))


def test_the_check_finds_a_duty_that_was_tampered_with(floor):
    with atomic() as session:
        session.execute(KeptDuty.__table__.update().where(KeptDuty.customer_id == "C00").values(done=True))
    assert [line.split(":")[0] for line in worklist.differences(db.session())] == ["A1 C00"]

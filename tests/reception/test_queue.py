"""Whose turn it is, and what changes it."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Customer, Transfer
from crm.leads.reception import change, receive, turn, undo
from crm.leads.reception_models import ReceptionEvent
from crm.leads.reception_queue import next_of, queue_of
from crm.leads.registration import Arrival
from crm.leads.search_terms import rebuild
from crm.people.models import LeaveRequest, RosterDay
from crm.transactions import atomic
from tests.disputes.build import AT, claims, everybody, user
from tests.people_builders import HOME, keep

SECRET = "a secret of tests"
NUMBERS = ("13911110001", "13911110002", "13911110003", "13911110004")


@pytest.fixture(autouse=True)
def project(store):
    everybody()


def order():
    return [place.staff.staff_id for place in queue_of(HOME, AT.date())]


def whose():
    place = next_of(queue_of(HOME, AT.date()))
    return place.staff.staff_id if place else None


def visitor(phone, expected, who="F1"):
    return receive(user(who), Arrival("赵先生", "visit", AT, phone), expected, {}, AT, SECRET)


def changed(staff_id, kind, reason="正在接待老客户", who="M1"):
    change(user(who), staff_id, kind, reason, {}, AT)


def test_visitors_go_round_and_each_is_registered_with_whose_turn_it_is():
    got = [visitor(number, whose()).staff_id for number in NUMBERS]
    assert got == ["A1", "A2", "A3", "A1"]
    owners = db.session.scalars(
        select(Customer.owner).where(Customer.phone.in_(NUMBERS)).order_by(Customer.phone)
    )
    assert list(owners) == got


def test_a_form_that_shows_another_turn_is_told_and_registers_nobody():
    visitor(NUMBERS[0], "A1")
    with pytest.raises(Conflict, match="A2"):
        visitor(NUMBERS[1], "A1")
    assert db.session.scalar(select(Customer).where(Customer.phone == NUMBERS[1])) is None
    assert whose() == "A2"


@pytest.mark.parametrize("kind", ["rest", "leave"])
def test_who_is_absent_by_the_roster_is_passed_over_and_keeps_the_place(kind):
    keep([RosterDay(staff_id="A1", date=AT.date(), kind=kind)])
    assert whose() == "A2"
    assert order() == ["A1", "A2", "A3"]


@pytest.mark.parametrize(("first", "there"), [(0, False), (1, True)])
def test_granted_leave_counts_from_its_first_day(first, there):
    on = AT.date() + dt.timedelta(days=first)
    keep([LeaveRequest(staff_id="A1", from_on=on, to_on=on, reason="看病", asked_at=AT, state="granted")])
    assert (whose() == "A1") is there


def test_a_returning_customer_goes_to_the_own_consultant_and_costs_no_turn():
    claims()
    done = visitor("138 0000 0001", "A1")
    assert (done.kind, done.staff_id) == ("returning", "A2")
    assert whose() == "A1"
    assert order() == ["A1", "A2", "A3"]


def test_for_an_absent_consultant_the_next_stands_in_and_that_costs_no_turn():
    claims()
    keep([RosterDay(staff_id="A2", date=AT.date(), kind="rest")])
    done = visitor("13800000001", "A1")
    assert (done.kind, done.staff_id, whose()) == ("stand_in", "A1", "A1")


def pooled_customer():
    claims()
    keep([Transfer(customer_id="C2", on=AT.date() - dt.timedelta(days=3), to=None)])
    with atomic() as session:
        session.get_one(Customer, "C1").phone = None
    rebuild(["C1"])


def test_a_customer_of_the_pool_who_comes_in_takes_a_turn_and_is_of_whose_turn_it_is():
    pooled_customer()
    done = visitor("13800000001", "A1")
    assert (done.kind, done.staff_id, whose()) == ("turn", "A1", "A2")
    row = db.session.get_one(Transfer, ("C2", AT.date()))
    assert (row.to, row.reason, row.made_by) == ("A1", "pool:came", "F1")
    assert visitor("13800000001", "A2").kind == "returning"


def test_a_form_that_shows_another_turn_takes_nobody_out_of_the_pool():
    pooled_customer()
    with pytest.raises(Conflict):
        visitor("13800000001", "A3")
    assert db.session.get(Transfer, ("C2", AT.date())) is None


def last_event():
    return db.session.scalar(select(func.max(ReceptionEvent.event_id)))


@pytest.mark.parametrize("kind", ["turn", "made_up", "passed"])
def test_a_slip_is_undone_and_the_order_is_as_it_was(kind):
    keep([RosterDay(staff_id="A1", date=AT.date(), kind="rest")])
    visitor(NUMBERS[0], "A2")
    before = order()
    if kind == "turn":
        turn(user("M1"), "A3", {}, AT)
    else:
        changed({"made_up": "A2", "passed": "A3"}[kind], kind)
    assert order() != before
    undo(user("F1"), last_event(), AT)
    assert order() == before
    assert [place.taken for place in queue_of(HOME, AT.date())].count(1) == 1
    rows = db.session.scalars(select(ReceptionEvent).order_by(ReceptionEvent.event_id)).all()
    assert [(row.kind, row.undone_by) for row in rows[1:]] == [(kind, "F1"), ("undone", None)]


def test_what_was_undone_or_overtaken_is_not_undone_again():
    turn(user("M1"), "A1", {}, AT)
    first = last_event()
    turn(user("M1"), "A2", {}, AT)
    with pytest.raises(Conflict):
        undo(user("M1"), first, AT)
    second = last_event()
    undo(user("M1"), second, AT)
    with pytest.raises(Conflict):
        undo(user("M1"), second, AT)


def test_a_registration_another_day_s_turn_and_another_project_s_are_not_undone():
    visitor(NUMBERS[0], "A1")
    with pytest.raises(NotFound):
        undo(user("M1"), last_event(), AT)
    turn(user("M1"), "A2", {}, AT)
    with pytest.raises(NotFound):
        undo(user("M1"), last_event(), AT + dt.timedelta(days=1))
    with pytest.raises(NotFound):
        undo(user("M9"), last_event(), AT)
    with pytest.raises(Refused):
        undo(user("A1"), last_event(), AT)


def test_the_page_undoes_a_nameless_turn(people, at):
    at(AT)
    desk = people.browser_of(people.account("F1"))
    desk.post("/reception/turn", data={"expected": "A1"})
    assert f"/reception/events/{last_event()}/undo" in desk.get("/reception").text
    assert desk.post(f"/reception/events/{last_event()}/undo").status_code == 303
    assert "现在轮到 员工A1" in desk.get("/reception").text


def test_a_make_up_turn_puts_to_the_front_and_needs_a_reason():
    with pytest.raises(Invalid):
        changed("A3", "made_up", " ")
    changed("A3", "made_up")
    assert order() == ["A3", "A1", "A2"]


def test_passing_over_puts_behind_the_next_who_is_there():
    changed("A1", "passed")
    assert order() == ["A2", "A1", "A3"]


def test_away_is_passed_over_until_back():
    changed("A1", "away", "午餐", "F1")
    assert whose() == "A2"
    changed("A1", "back", "", "F1")
    assert whose() == "A1"


def test_a_visitor_without_a_name_takes_a_turn():
    turn(user("M1"), "A1", {}, AT)
    assert whose() == "A2"


def test_every_change_is_recorded_with_who_made_it_and_why():
    visitor(NUMBERS[0], "A1")
    changed("A3", "made_up")
    rows = db.session.scalars(select(ReceptionEvent).order_by(ReceptionEvent.event_id)).all()
    assert [(row.kind, row.staff_id, row.actor, row.reason) for row in rows] == [
        ("turn", "A1", "F1", ""),
        ("made_up", "A3", "M1", "正在接待老客户"),
    ]


def test_consultants_look_and_change_nothing():
    with pytest.raises(Refused):
        changed("A1", "made_up", who="A1")


def test_the_page_registers_and_says_who_receives(people, at):
    at(AT)
    desk = people.browser_of(people.account("F1"))
    assert "员工A1" in desk.get("/reception").text
    form = {"expected": "A1", "name": "赵先生", "phone": NUMBERS[0]}
    assert desk.post("/reception/visitor", data=form).status_code == 303
    assert "请 员工A1 接待" in desk.get("/reception").text
    late = desk.post("/reception/visitor", data=form | {"phone": NUMBERS[1]})
    assert late.status_code == 409
    assert "轮次刚刚变了" in late.text

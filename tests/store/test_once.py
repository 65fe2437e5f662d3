"""A form that is sent twice is done once; what is stored remembers what it was."""

import datetime as dt

import pytest

from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.models import Customer
from crm.people.accounts import DoneOnce
from crm.store.history import changes_of, remember_change
from crm.store.once import once
from crm.transactions import atomic
from tests.people_builders import count, customer, keep, staff

AT = dt.datetime(2026, 11, 20, 18)


def test_the_same_form_gets_its_first_answer_and_acts_once(store):
    done = []

    def act():
        done.append(1)
        return {"number": len(done)}

    form = {"idem_key": "k1", "note": "x"}
    assert [once("A01", form, AT, act) for _ in range(3)] == [{"number": 1}] * 3
    assert done == [1]
    once("A02", form, AT, act)
    once("A01", {"note": "x"}, AT, act)
    assert done == [1, 1, 1], "another person and a form without a key act anew"


def test_a_key_used_with_another_content_is_refused(store):
    once("A01", {"idem_key": "k1", "note": "x"}, AT, dict)
    with pytest.raises(Conflict):
        once("A01", {"idem_key": "k1", "note": "y"}, AT, dict)
    assert once("A01", {"idem_key": "k1", "note": "x", "csrf_token": "other"}, AT, dict) == {}


def test_an_act_that_failed_can_be_sent_again(store):
    def fails():
        raise Invalid("不行", "not so")

    with pytest.raises(Invalid):
        once("A01", {"idem_key": "k1"}, AT, fails)
    assert once("A01", {"idem_key": "k1"}, AT, lambda: {"ok": True}) == {"ok": True}


def test_keys_are_forgotten_after_three_days(store):
    once("A01", {"idem_key": "old"}, AT - dt.timedelta(days=3, seconds=1), dict)
    once("A01", {"idem_key": "kept"}, AT - dt.timedelta(days=3), dict)
    once("A01", {"idem_key": "new"}, AT, dict)
    assert count(DoneOnce) == 2


def test_a_change_is_remembered_with_old_and_new_values(store):
    keep([staff(), customer(need="两房")])
    with atomic() as session:
        row = session.get(Customer, "C1")
        row.need, row.opted_out_on, row.name = "三房", dt.date(2026, 11, 20), row.name
        assert remember_change(row, AT, "A01")
    (change,) = changes_of("customers", ["C1"])
    assert change.before == {"need": "两房", "opted_out_on": None}
    assert change.after == {"need": "三房", "opted_out_on": "2026-11-20"}
    assert db.session.get(Customer, "C1").version == 2


def test_nothing_is_remembered_where_nothing_changed(store):
    keep([staff(), customer()])
    with atomic() as session:
        row = session.get(Customer, "C1")
        row.name = "李先生"
        assert not remember_change(row, AT, "A01")
    assert changes_of("customers", ["C1"]) == []

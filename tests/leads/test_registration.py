"""Registering a caller or visitor: one act, one number one registration, and never by whom."""

import datetime as dt
import threading
from itertools import count as numbers
from time import sleep

import pytest
from sqlalchemy import func, select

from crm.errors import Invalid, TooMany
from crm.extensions import db
from crm.leads import lookups
from crm.leads.identity import fingerprint
from crm.leads.lookups import Standing
from crm.leads.models import Contact, Customer, CustomerEvent, CustomerTerm, PhoneClaim, PhoneLookup
from crm.leads.registration import AlreadyRegistered, Arrival, register
from crm.leads.search_terms import rebuild
from crm.people.accounts import Account, AuditRow
from crm.people.models import Setting
from tests.people_builders import ELSEWHERE, count, customer, keep, staff

AT = dt.datetime(2026, 11, 20, 18)
SECRET = "secret"
PHONE = "13812345678"


def account(staff_id: str, role: str = "consultant", **values: object) -> int:
    keep([staff(staff_id, role, **values)])
    row = Account(
        login=staff_id.lower(),
        display_name=staff_id,
        staff_id=staff_id,
        password_hash="x",
        must_change=False,
        created_at=AT,
    )
    keep([row])
    return row.account_id


def user(account_id: int) -> Account:
    return db.session.get_one(Account, account_id)


def arrival(**values) -> Arrival:
    return Arrival(**({"name": "李先生", "kind": "call_in", "happened_at": AT, "phone": PHONE} | values))


def test_the_customer_the_first_contact_the_claim_and_the_terms_are_one_act(store):
    a01 = account("A01")
    made = register(
        user(a01),
        arrival(kind="visit", channel="路过", need="三房", intent_grade="A", consent_purpose="跟进"),
        {},
        AT,
        SECRET,
    )
    row = db.session.get_one(Customer, made["customer_id"])
    first = db.session.get_one(Contact, made["contact_id"])
    assert (row.name, row.phone, row.owner, row.project) == ("李先生", PHONE, "A01", "滨江壹号")
    assert (row.channel, row.need, row.intent_grade) == ("路过", "三房", "A")
    assert (row.registered_by, row.registered_at, row.first_contact_at) == ("A01", AT, AT)
    assert (row.consent_at, row.consent_purpose) == (AT, "跟进")
    assert (first.customer_id, first.staff_id, first.kind, first.medium) == (
        row.customer_id,
        "A01",
        "visit",
        "in_person",
    )
    assert (first.happened_at, first.recorded_at, first.effective) == (AT, AT, True)
    assert db.session.get_one(PhoneClaim, PHONE).customer_id == row.customer_id
    assert count(CustomerTerm) > 0


def test_nothing_is_kept_of_a_registration_that_fails(store, monkeypatch):
    a01 = account("A01")
    monkeypatch.setattr("crm.leads.registration.rebuild", lambda ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        register(user(a01), arrival(), {}, AT, SECRET)
    assert [count(model) for model in (Customer, Contact, PhoneClaim, PhoneLookup)] == [0, 0, 0, 0]


def test_recorded_at_is_the_servers_and_happened_at_may_be_three_days_back(store):
    a01 = account("A01")
    earlier = dt.datetime(2026, 11, 17, 0, 0)
    made = register(user(a01), arrival(happened_at=earlier), {}, AT, SECRET)
    first = db.session.get_one(Contact, made["contact_id"])
    assert (first.happened_at, first.recorded_at) == (earlier, AT)


@pytest.mark.parametrize(
    "happened_at", [dt.datetime(2026, 11, 16, 23, 59, 59), dt.datetime(2026, 11, 20, 18, 0, 1)]
)
def test_four_days_back_or_not_yet_is_refused(store, happened_at):
    a01 = account("A01")
    with pytest.raises(Invalid) as refused:
        register(user(a01), arrival(happened_at=happened_at), {}, AT, SECRET)
    assert refused.value.field == "happened_at"
    assert count(Customer) == 0


def test_a_number_of_the_company_is_registered_already_whoever_has_it(store):
    a01, b01 = account("A01"), account("B01", project=ELSEWHERE)
    register(user(a01), arrival(), {}, AT, SECRET)
    with pytest.raises(AlreadyRegistered) as refused:
        register(user(b01), arrival(name="王女士", phone="+86 138-1234-5678"), {}, AT, SECRET)
    for sentence in (refused.value.zh, refused.value.en):
        assert "A01" not in sentence
        assert "李" not in sentence
    assert count(Customer) == 1


def test_an_imported_number_counts_without_a_claim(store):
    a01 = account("A01")
    keep([customer("C9", phone="021-61234567;+86 13812345678")])
    rebuild(["C9"])
    with pytest.raises(AlreadyRegistered):
        register(user(a01), arrival(), {}, AT, SECRET)


def test_phones_are_not_unique_among_customers(store):
    account("A01")
    keep([customer("C8", phone=PHONE), customer("C9", phone=PHONE)])
    assert count(Customer) == 2


def test_someone_who_leaves_no_number_can_be_registered(store):
    a01 = account("A01")
    made = register(user(a01), arrival(phone=" "), {}, AT, SECRET)
    assert db.session.get_one(Customer, made["customer_id"]).phone is None
    assert count(PhoneLookup) == 0


def test_an_incomplete_number_is_refused_and_compared_with_nothing(store):
    a01 = account("A01")
    with pytest.raises(Invalid) as refused:
        register(user(a01), arrival(phone="1381234567"), {}, AT, SECRET)
    assert refused.value.field == "phone"
    assert lookups.look_up("1381234567", "A01", AT, SECRET) is Standing.INCOMPLETE
    assert count(PhoneLookup) == 0


def test_a_look_up_says_one_word_and_is_logged(store):
    account("A01")
    assert lookups.look_up(PHONE, "A01", AT, SECRET) is Standing.NEW
    keep([customer("C9", phone=PHONE)])
    rebuild(["C9"])
    assert lookups.look_up(PHONE, "A01", AT, SECRET) is Standing.KNOWN
    rows = db.session.scalars(select(PhoneLookup).order_by(PhoneLookup.lookup_id)).all()
    assert [(row.actor, row.found, row.phone_hash) for row in rows] == [
        ("A01", found, fingerprint(PHONE, SECRET)) for found in (False, True)
    ]
    logged = db.session.scalars(select(AuditRow).where(AuditRow.action == "phone.looked_up")).all()
    assert [row.details["number"] for row in logged] == ["138****78"] * 2


def test_a_refused_registration_is_logged_as_a_look_up_too(store):
    a01 = account("A01")
    keep([customer("C9", phone=PHONE)])
    rebuild(["C9"])
    with pytest.raises(AlreadyRegistered):
        register(user(a01), arrival(), {}, AT, SECRET)
    assert db.session.scalars(select(PhoneLookup.found)).all() == [True]


def test_so_many_numbers_an_hour_and_no_more_for_each_person(store):
    account("A01")
    keep([Setting(name="lookups_an_hour", value=3)])
    for tail in range(3):
        lookups.look_up(f"1381234560{tail}", "A01", AT, SECRET)
    lookups.look_up("13812345600", "A01", AT, SECRET)  # the same number again is no further one
    with pytest.raises(TooMany) as refused:
        lookups.look_up("13812345609", "A01", AT + dt.timedelta(minutes=59), SECRET)
    assert refused.value.seconds == 60
    lookups.look_up("13812345609", "A02", AT, SECRET)
    lookups.look_up("13812345609", "A01", AT + dt.timedelta(hours=1), SECRET)


def test_registering_is_braked_as_looking_up_is(store):
    a01 = account("A01")
    keep([Setting(name="lookups_an_hour", value=1)])
    register(user(a01), arrival(), {}, AT, SECRET)
    with pytest.raises(TooMany):
        register(user(a01), arrival(phone="13912345678"), {}, AT, SECRET)
    assert count(Customer) == 1


def test_a_double_tap_is_one_registration(store):
    a01 = account("A01")
    form = {"idem_key": "k1", "name": "李先生"}
    first = register(user(a01), arrival(), form, AT, SECRET)
    assert register(user(a01), arrival(), form, AT, SECRET) == first
    assert (count(Customer), count(Contact)) == (1, 1)


def test_a_front_desk_registers_for_a_consultant_of_its_own_project(store):
    f01 = account("F01", "front_desk")
    keep([staff("A01"), staff("B01", project=ELSEWHERE), staff("A09", left_on=dt.date(2026, 11, 19))])
    for wrong in ("", "B01", "A09", "F01"):
        with pytest.raises(Invalid) as refused:
            register(user(f01), arrival(owner=wrong), {}, AT, SECRET)
        assert refused.value.field == "owner"
    made = register(user(f01), arrival(owner="A01", kind="visit"), {}, AT, SECRET)
    row = db.session.get_one(Customer, made["customer_id"])
    assert (row.owner, row.registered_by) == ("A01", "F01")
    assert db.session.get_one(Contact, made["contact_id"]).staff_id == "A01"


def test_a_consultant_cannot_register_for_another(store):
    a01 = account("A01")
    keep([staff("A02")])
    made = register(user(a01), arrival(owner="A02"), {}, AT, SECRET)
    assert db.session.get_one(Customer, made["customer_id"]).owner == "A01"


def test_a_consent_stands_in_the_log_of_the_customer(store):
    a01 = account("A01")
    register(user(a01), arrival(consent_purpose="跟进购房"), {}, AT, SECRET)
    event = db.session.scalars(select(CustomerEvent)).one()
    assert (event.kind, event.text, event.actor) == ("consent_given", "跟进购房", "A01")


ROUNDS = 100


@pytest.mark.slow
def test_two_people_who_register_one_number_at_one_moment_get_one_registration(store):
    ids = [account("A01"), account("A02")]
    keep([Setting(name="lookups_an_hour", value=10 * ROUNDS)])
    outcomes: list[list[str]] = []
    for number in range(ROUNDS):
        outcomes.append(_race(store, ids, f"138{number:08d}"))
    assert outcomes == [["already", "registered"]] * ROUNDS
    assert (count(Customer), count(Contact), count(PhoneClaim)) == (ROUNDS,) * 3
    one_each = select(func.count(PhoneClaim.customer_id.distinct()))
    assert db.session.scalar(one_each) == ROUNDS


def _race(app, ids: list[int], phone: str) -> list[str]:
    start, said = threading.Barrier(len(ids)), []
    turn = numbers()

    def run(account_id: int) -> None:
        with app.app_context():
            person = user(account_id)
            start.wait()
            sleep(0.0005 * (next(turn) % 2))
            try:
                register(person, arrival(phone=phone), {}, AT, SECRET)
                said.append("registered")
            except AlreadyRegistered:
                said.append("already")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(account_id,)) for account_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)

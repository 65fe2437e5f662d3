"""Contacts: written down by the server's clock, at most three days back, taken back within a minute, corrected by another."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.daily.models import Report
from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.extensions import db
from crm.leads import contact_services as services
from crm.leads.contact_services import Draft
from crm.leads.models import Contact, Customer
from crm.people.accounts import Account, RowChange
from crm.transactions import atomic
from tests.people_builders import keep, staff
from tests.worklist.floor import MONDAY, NINE, build, contacts_of, morning

SAID = Draft("follow_up", note="约了周六看房")
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def user(store, people) -> Account:
    keep([staff("A1")])
    build()
    return db.session.get_one(Account, people.account("A1"))


def record(user: Account, draft: Draft = SAID, customer_id: str = "C-THREE", at: dt.datetime = NINE) -> str:
    return services.record(user, customer_id, draft, at).contact_id


def sentence(problem: Conflict | Invalid) -> str:
    return problem.zh


def test_recorded_at_is_the_servers_time_and_now_is_when_it_happened(user):
    row = db.session.get_one(Contact, record(user))
    assert (row.happened_at, row.recorded_at, row.staff_id) == (NINE, NINE, "A1")


def test_three_days_back_can_be_written_down(user):
    past = dt.datetime(2026, 11, 20, 10, 1)
    row = db.session.get_one(Contact, record(user, Draft("follow_up", note="x", happened_at=past)))
    assert (row.happened_at, row.recorded_at) == (past, NINE)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (dt.datetime(2026, 11, 19, 23, 59), "只能补记"),
        (NINE + SECOND, "不能晚于现在"),
    ],
)
def test_four_days_back_and_the_future_cannot(user, happened, said):
    with pytest.raises(Invalid) as problem:
        record(user, Draft("follow_up", note="x", happened_at=happened), "C-LATE")
    assert said in sentence(problem.value)
    assert problem.value.field == "happened_at"


def test_nothing_can_have_happened_before_the_first_contact(user):
    with pytest.raises(Invalid):
        record(user, Draft("follow_up", note="x", happened_at=dt.datetime(2026, 11, 20, 9, 59)))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("phone", note="x"), "kind"),
        (Draft("follow_up", note="  "), "note"),
        (Draft("visit", effective=False), "effective"),
        (Draft("follow_up", note="x" * 2001), "note"),
        (Draft("follow_up", note="x", next_step="发户型图"), "next_on"),
        (Draft("follow_up", note="x", next_on=dt.date(2026, 11, 22)), "next_on"),
    ],
)
def test_what_cannot_be_kept_says_so_beside_its_field_and_keeps_nothing(user, draft, field):
    with pytest.raises(Invalid) as problem:
        record(user, draft)
    assert problem.value.field == field
    assert len(contacts_of("C-THREE")) == 1


def test_the_next_step_may_be_today(user):
    assert record(user, Draft("follow_up", note="x", next_step="发户型图", next_on=MONDAY))


def test_reaching_nobody_needs_no_note(user):
    assert record(user, Draft("follow_up", effective=False))


def test_a_colleagues_customer_is_not_there(user):
    with pytest.raises(NotFound):
        record(user, customer_id="C-OTHER")


def test_undone_within_a_minute_it_counts_nowhere(user):
    contact_id = record(user)
    services.undo(user, contact_id, NINE + 60 * SECOND)
    assert len(contacts_of("C-THREE")) == 1
    assert db.session.get_one(Contact, contact_id).struck_by == user.actor


def test_after_a_minute_it_stands(user):
    contact_id = record(user)
    with pytest.raises(Conflict, match="minute"):
        services.undo(user, contact_id, NINE + 61 * SECOND)


def test_what_something_was_built_on_stands(user):
    first = record(user)
    record(user, at=NINE + SECOND)
    with pytest.raises(Conflict, match="built"):
        services.undo(user, first, NINE + 2 * SECOND)


def test_a_deal_or_a_report_after_it_lets_it_stand(user):
    of_deal, of_report = record(user), record(user, customer_id="C-LATE", at=NINE + SECOND)
    entered = {"entered_at": NINE + SECOND, "holding_deposit_on": MONDAY}
    keep([Deal(deal_id="D1", customer_id="C-THREE", staff_id="A1", unit_kind="residential", **entered)])
    keep([Report(staff_id="A1", date=MONDAY, submitted_at=NINE + 5 * SECOND)])
    for contact_id in (of_deal, of_report):
        with pytest.raises(Conflict, match="built"):
            services.undo(user, contact_id, NINE + 6 * SECOND)


def test_undone_twice_is_a_conflict_and_someone_elses_is_not_there(user, people):
    contact_id = record(user)
    account_id = people.account("A2")
    db.session.rollback()
    other = db.session.get_one(Account, account_id)
    with pytest.raises(NotFound):
        services.undo(other, contact_id, NINE)
    services.undo(user, contact_id, NINE)
    with pytest.raises(Conflict, match="already"):
        services.undo(user, contact_id, NINE)


def test_the_first_contact_of_a_customer_cannot_be_undone(user):
    with atomic() as session:
        session.get_one(Contact, "K-CALLED").recorded_at = NINE
    with pytest.raises(Invalid, match="first contact"):
        services.undo(user, "K-CALLED", NINE)
    assert db.session.get_one(Contact, "K-CALLED").struck_at is None


def correct(user: Account, contact_id: str, draft: Draft, at: dt.datetime) -> Contact:
    version = db.session.get_one(Contact, contact_id).version
    return services.correct(user, contact_id, draft, version, at)


def test_a_corrected_contact_takes_the_place_of_the_wrong_one_which_stays_to_be_read(user):
    old = record(user)
    next_day = NINE + dt.timedelta(days=1)
    new = correct(user, old, Draft("follow_up", note="约了周日看房"), next_day)
    stored = db.session.get_one(Contact, old)
    assert (stored.note, stored.replaced_by, stored.struck_at) == ("约了周六看房", new.contact_id, next_day)
    assert [row.note for row in contacts_of("C-THREE")][-1] == "约了周日看房"
    assert db.session.scalar(select(RowChange).where(RowChange.row_key.contains(old))) is not None


def test_other_words_keep_the_time_of_the_record(user):
    new = correct(user, record(user), Draft("follow_up", note="约了周日看房"), NINE + dt.timedelta(days=1))
    assert (new.happened_at, new.recorded_at) == (NINE, NINE)


@pytest.mark.parametrize(
    "draft",
    [
        Draft("visit", note="x"),
        Draft("follow_up", effective=False),
        Draft("follow_up", note="x", happened_at=NINE - dt.timedelta(hours=1)),
    ],
)
def test_another_kind_result_or_time_was_written_down_now(user, draft):
    later = NINE + dt.timedelta(days=1)
    assert correct(user, record(user), draft, later).recorded_at == later


def test_a_correction_cannot_move_a_contact_further_back_than_three_days(user):
    contact_id = record(user, customer_id="C-LATE")
    with pytest.raises(Invalid):
        correct(user, contact_id, Draft("follow_up", note="x", happened_at=morning(19)), NINE)


def test_a_correction_from_an_old_form_is_refused(user):
    contact_id = record(user)
    with pytest.raises(Stale):
        services.correct(user, contact_id, SAID, 99, NINE)


def test_what_was_corrected_cannot_be_corrected_again_but_its_successor_can(user):
    old = record(user)
    new = correct(user, old, Draft("follow_up", note="二"), NINE)
    with pytest.raises(Conflict, match="already"):
        correct(user, old, Draft("follow_up", note="三"), NINE)
    assert correct(user, new.contact_id, Draft("follow_up", note="三"), NINE).note == "三"


def test_a_correction_can_be_undone_for_a_minute_and_gives_the_old_one_back(user):
    old = record(user)
    later = NINE + dt.timedelta(days=1)
    new = correct(user, old, Draft("follow_up", note="二"), later)
    services.undo(user, new.contact_id, later + 60 * SECOND)
    stored = db.session.get_one(Contact, old)
    assert (stored.struck_at, stored.replaced_by) == (None, None)
    assert [row.contact_id for row in contacts_of("C-THREE")][-1] == old


def test_the_date_of_a_first_contact_stays(user):
    with pytest.raises(Invalid, match="first contact"):
        correct(user, "K-CALLED", Draft("call_in", note="x", happened_at=NINE), NINE)
    first = db.session.get_one(Customer, "C-CALLED").first_contact_at
    assert [row.happened_at for row in contacts_of("C-CALLED")] == [first]


def test_viewing_details_are_filled_in_on_the_day_and_only_once(user):
    visit = record(user, Draft("visit", note="带家人"))
    services.add_viewing(user, visit, "A 户型", "采光", "", NINE + dt.timedelta(hours=14, minutes=59))
    with pytest.raises(Conflict):
        services.add_viewing(user, visit, "B 户型", "", "", NINE + dt.timedelta(hours=14, minutes=59))


def test_after_midnight_viewing_details_take_a_correction(user):
    visit = record(user, Draft("visit", note="带家人"))
    with pytest.raises(Conflict):
        services.add_viewing(user, visit, "A 户型", "", "", NINE + dt.timedelta(hours=15))


def test_a_follow_up_has_no_viewing_details(user):
    with pytest.raises(Conflict):
        services.add_viewing(user, record(user), "A 户型", "", "", NINE)


def test_on_the_page_the_corrected_one_shows_what_stood_before(a1, app):
    a1.post("/customers/C-THREE/record", data={"kind": "follow_up", "effective": "1", "note": "约了周六"})
    with app.app_context():
        old = contacts_of("C-THREE")[-1].contact_id
    form = a1.get(f"/contacts/{old}/correct")
    assert "约了周六" in form.text
    sent = {
        "kind": "follow_up",
        "effective": "1",
        "note": "约了周日",
        "version": "1",
        "happened_at": "2026-11-23T09:00",
    }
    answer = a1.post(f"/contacts/{old}/correct", data=sent)
    assert answer.status_code == 303
    page = a1.get(answer.headers["Location"]).text
    assert "约了周日" in page
    assert "约了周六" in page
    assert "看更正后的记录" in a1.get(f"/contacts/{old}").text


def test_a_correction_whose_contact_was_filled_in_meanwhile_shows_both_versions(a1, app):
    a1.post("/customers/C-THREE/record", data={"kind": "visit", "effective": "1", "note": "看了房"})
    with app.app_context():
        contact_id = contacts_of("C-THREE")[-1].contact_id
    a1.post(f"/contacts/{contact_id}/viewing", data={"shown": "样板间甲"})
    sent = {"kind": "visit", "effective": "1", "note": "看了两套", "shown": "样板间乙", "version": "1"}
    answer = a1.post(f"/contacts/{contact_id}/correct", data=sent)
    assert answer.status_code == 409
    assert all(text in answer.text for text in ("样板间甲", "样板间乙", "看了两套", 'value="2"'))
    assert a1.post(f"/contacts/{contact_id}/correct", data=sent | {"version": "2"}).status_code == 303
    again = a1.post(f"/contacts/{contact_id}/correct", data=sent | {"version": "2"})
    assert again.status_code == 409
    assert "看了两套" in again.text, "what was typed is not lost"
    assert "已被撤销或更正" in again.text


def test_undo_leads_back_to_where_one_was(a1, app):
    a1.post("/today/C-LATE/no-answer")
    with app.app_context():
        contact_id = contacts_of("C-LATE")[-1].contact_id
    came = {"Referer": "http://localhost/customers/C-LATE"}
    answer = a1.post(f"/contacts/{contact_id}/undo", headers=came)
    assert answer.headers["Location"] == "/customers/C-LATE"
    with app.app_context():
        assert len(contacts_of("C-LATE")) == 1
    from_elsewhere = a1.post(f"/contacts/{contact_id}/undo", headers={"Referer": "http://evil.example/x"})
    assert from_elsewhere.headers["Location"] == "/today"

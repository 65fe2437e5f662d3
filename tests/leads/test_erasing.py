"""Erasing on request: a pseudonym stays, everything personal goes, and every entry is as it was."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound
from crm.exchange.services import settlement_basis
from crm.extensions import db
from crm.leads import lookups, services
from crm.leads.erasing import FORGOTTEN, PERSONAL, erase
from crm.leads.erasing_words import KEPT, PERSONNEL, WORDS
from crm.leads.lookups import Standing
from crm.leads.models import Contact, CustomerTerm, PhoneClaim, Transfer, WaiverRequest
from crm.leads.pseudonyms import REWRITTEN
from crm.leads.reveal import reveal
from crm.leads.services import Change
from crm.penalties.models import LedgerEntry
from crm.people.accounts import AuditRow, Job, RowChange
from crm.rulebook import evaluate
from crm.rulebook.entries import rows as cells
from crm.store.history import row_key
from crm.store.models import metadata
from crm.transactions import atomic
from tests.leads.build import AT, ON, account, known, stored
from tests.leads.said import (
    NAME,
    naming,
    rows_with_names,
    saying,
    tables_that_lead_to_customers,
    text_columns,
    without_naming,
)
from tests.people_builders import ELSEWHERE, count, keep

SECRETS = ("李秘密", "13812345678", "310101199003074258", "预算三百万", "喜欢南向", "嫌贵", "丈夫姓陈")

# Ids, people of the company, and what is picked from a list or written by the program: no words of anybody's.
NO_WORDS = {
    *("about actor asked_by claimed_by decided_by entered_by made_by named_by opened_by paid_by").split(),
    *("registered_by replaced_by ruled_by saved_by struck_by taken_by suggested shares").split(),
    *("contact_id customer_id deal_id dispute_id last_contact_id look_id receipt_id refund_id").split(),
    *("statement_id household place project stock_units").split(),
    *("absent_days cause channel intent_grade kind medium method nature rule rulebook state").split(),
    *("ticked unit_kind what step item media_type sha256 chased_by removed_by uploaded_by paper_id").split(),
    *("cancelled_by done_by mode order_id result rivals").split(),
    *("order_lines.product order_lines.model order_lines.size order_lines.material").split(),
    *(
        "answered_by digest month previous given_by verdict decision_id evidence_id hearing_id report_id"
    ).split(),
    *("added_by reported_by refusal_noted_by second_by mime kept_by").split(),
    *("ledger.evidence_zh ledger.evidence_en").split(),
    *("provisional_entries.evidence_zh provisional_entries.evidence_en").split(),
    *(
        "waivers.reason waiver_requests.reason rulings.evidence holdings.staff_id reception_events.before undone_by"
    ).split(),
}


@pytest.fixture
def manager(store):
    consultant = account("A01")
    manager = account("M01", "manager")
    known(
        "C1",
        name="李秘密",
        phone="13812345678",
        id_number="310101199003074258",
        need="预算三百万",
        consent_at=AT,
        consent_purpose="跟进李秘密",
    )
    services.change(
        consultant, "C1", Change(1, "李秘密", need="预算三百万，丈夫姓陈", add_phone="13912345678"), AT
    )
    with atomic() as session:
        first = session.get_one(Contact, "K-C1")
        first.note, first.next_step = "李秘密说嫌贵", "给李秘密回电"
        first.shown, first.liked, first.objected = "样板间", "喜欢南向", "嫌贵"
    keep(
        [
            PhoneClaim(phone="13812345678", customer_id="C1", claimed_by="A01", claimed_at=AT),
            Transfer(customer_id="C1", on=dt.date(2026, 11, 5), to="A01", reason="李秘密要求"),
            WaiverRequest(
                customer_id="C1",
                asked_by="A01",
                asked_at=AT,
                from_on=ON,
                reason="special",
                note="李秘密出国",
                answer="李秘密？",
            ),
            Deal(deal_id="D1", customer_id="C1", staff_id="A01", unit_kind="parking", version=1),
            RowChange(
                table_name="deals",
                row_key=row_key(["D1"]),
                at=AT,
                actor="A01",
                via="correction",
                before={"contract_on": "2026-11-04"},
                after={"contract_on": "2026-11-05", "reason": "李秘密改了日期"},
            ),
            Job(
                job_id="J1",
                kind="import",
                title="十一月.xlsx",
                state="failed",
                payload={},
                result={"lines": [], "faults": ["第 2 行：电话“13812345678”不完整。", "第 9 行：别的。"]},
                began_at=AT,
            ),
            LedgerEntry(
                rule="callin-missed",
                staff_id="A01",
                on=dt.date(2026, 11, 4),
                amount=Decimal("-50.00"),
                absent_days="",
                customer_id="C1",
                evidence_zh="C1",
                evidence_en="C1",
                rulebook="1",
                posted_at=AT,
            ),
            *rows_with_names("C1", "D1", "A01"),
        ]
    )
    return manager


def everything() -> str:
    """All that the database holds, as text."""
    db.session.rollback()
    return " ".join(
        json.dumps([list(map(str, row)) for row in db.session.execute(select(table))], ensure_ascii=False)
        for table in metadata.sorted_tables
    )


def settled() -> list[tuple[str, ...]]:
    """What the records of November settle to."""
    basis = settlement_basis()
    return list(cells(evaluate(*basis, dt.date(2026, 11, 1), ON - dt.timedelta(days=1))))


def test_nothing_that_names_the_person_is_left_anywhere(manager):
    words = {*said_of_deals(), "row_history.before", "row_history.after"}
    before = everything()
    assert [told for told in (*SECRETS, *map(saying, words | set(KEPT))) if told not in before] == []
    erase(manager, "C1", "来信要求", AT)
    after = everything()
    assert [secret for secret in (*SECRETS, "13912345678", "87654321831") if secret in after] == []
    assert [column for column in words if saying(column) in after] == []
    assert after.count(NAME) == len(KEPT)


def said_of_deals() -> set[str]:
    """The columns of words beside those of the customer's own page, whose words the fixture writes itself."""
    own = {"contacts", "transfers", "waiver_requests", "customer_events"}
    return {column for column in emptied() if column.split(".")[0] not in own}


def emptied() -> set[str]:
    return {f"{model.__tablename__}.{column}" for model, columns in WORDS.items() for column in columns}


def rewritten() -> set[str]:
    return {f"{model.__tablename__}.{column}" for model, columns in REWRITTEN.items() for column in columns}


def test_rulings_statements_and_reports_keep_their_words_with_the_pseudonym_in_them(manager):
    columns = {*rewritten(), "row_history.before of a report", "row_history.after of a report"}
    before = everything()
    assert [column for column in columns if naming(column) not in before] == []
    erase(manager, "C1", "来信要求", AT)
    after = everything()
    assert [column for column in columns if without_naming(column) not in after] == []


def test_it_is_decided_of_every_text_column_that_leads_to_a_customer_whether_its_words_go():
    gone = {model.__tablename__ for model in FORGOTTEN}
    own = {f"customers.{column}" for column in ("name", "spelling", *PERSONAL)}
    asked = [
        column
        for table in tables_that_lead_to_customers()
        if table.name not in gone
        for column in text_columns(table)
    ]
    decided = emptied() | own | KEPT.keys() | PERSONNEL | NO_WORDS | rewritten()
    assert [name for name in asked if name not in decided and name.split(".")[1] not in decided] == []
    assert {name for name in emptied() | KEPT.keys() if name not in asked} == {"audit_log.details"}


def test_vouchers_of_money_are_kept_word_for_word(manager):
    erase(manager, "C1", "来信要求", AT)
    after = everything()
    assert [column for column in KEPT if saying(column) not in after] == []


def test_only_what_quotes_the_person_goes_from_the_faults_of_an_import(manager):
    erase(manager, "C1", "来信要求", AT)
    assert db.session.get_one(Job, "J1").result == {"lines": [], "faults": ["第 9 行：别的。"]}


def test_the_pseudonym_dates_and_kinds_stay(manager):
    erase(manager, "C1", "来信要求", AT)
    row, first = stored(), db.session.get_one(Contact, "K-C1")
    assert (row.name, row.erased_at, row.first_contact_at) == ("C1", AT, dt.datetime(2026, 11, 2, 10))
    assert (first.kind, first.happened_at, first.staff_id) == ("call_in", dt.datetime(2026, 11, 2, 10), "A01")
    assert (count(CustomerTerm), count(PhoneClaim)) == (0, 0)


def test_every_entry_is_as_it_was(manager):
    ledger = db.session.execute(select(LedgerEntry.__table__)).all()
    before = settled()
    assert any(entry[0] == "callin-missed" for entry in before)
    erase(manager, "C1", "来信要求", AT)
    db.session.rollback()
    assert db.session.execute(select(LedgerEntry.__table__)).all() == ledger
    assert settled() == before


def test_who_why_and_when_is_logged(manager):
    erase(manager, "C1", "来信要求", AT, "10.0.0.1")
    row = db.session.scalars(select(AuditRow).where(AuditRow.action == "customer.erased")).one()
    assert (row.actor, row.subject, row.at, row.address) == ("M01", "C1", AT, "10.0.0.1")
    assert row.details == {"reason": "来信要求"}


def test_the_duty_ends_and_the_number_is_new_again(manager):
    erase(manager, "C1", "来信要求", AT)
    assert stored().opted_out_on == ON
    assert lookups.look_up("13812345678", "A01", AT, "secret") is Standing.NEW


def test_an_erased_customer_cannot_be_changed_revealed_or_erased_again(manager):
    erase(manager, "C1", "来信要求", AT)
    with pytest.raises(Conflict):
        erase(manager, "C1", "again", AT)
    with pytest.raises(Conflict):
        services.change(manager, "C1", Change(9, "李"), AT)
    with pytest.raises(NotFound):
        reveal(manager, "C1", AT)


def test_it_needs_a_reason_and_a_customer_of_the_project(manager):
    with pytest.raises(Invalid):
        erase(manager, "C1", "  ", AT)
    with pytest.raises(NotFound):
        erase(account("M02", "manager", project=ELSEWHERE), "C1", "x", AT)
    assert stored().name == "李秘密"

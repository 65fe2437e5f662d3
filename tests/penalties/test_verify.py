"""`crm verify` names what was done to the books by something other than the program."""

import json

import pytest
from sqlalchemy import text

from crm.config import Settings
from crm.extensions import db
from crm.operations.doctor import BAD, GOOD, check_books
from crm.penalties.chain import LedgerTampered, SealedElsewhere, digest_of, key_of, table_of
from crm.penalties.models import BOOKS, LedgerEntry
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through, reseal
from tests.penalties.books import CLOSED, entries, full_books, write_past_the_program

LATER = CLOSED.replace(day=25)


@pytest.fixture
def books(app, copy_of):
    copy_of("full books", full_books)
    with app.app_context():
        yield


def faults():
    db.session.rollback()
    return look_through(db.session()).faults


def test_books_that_only_the_program_wrote_are_whole(books):
    assert faults() == []
    counts = look_through(db.session()).rows
    assert all(counts.values()), f"every book has rows to look through: {counts}"


# A row in the middle is the fifth: neither the first nor the last.
TAMPERINGS = {
    "an amount was changed": (["UPDATE ledger SET amount = -1 WHERE entry_id = 5"], "第 5 笔被改动"),
    "an amount was taken away": (["UPDATE ledger SET amount = NULL WHERE entry_id = 5"], "第 5 笔被改动"),
    "the date was changed": (["UPDATE ledger SET \"on\" = '2026-10-06' WHERE entry_id = 5"], "第 5 笔被改动"),
    "the person was changed": (["UPDATE ledger SET staff_id = 'M1' WHERE entry_id = 5"], "第 5 笔被改动"),
    "the evidence was changed": (["UPDATE ledger SET evidence_en = 'x' WHERE entry_id = 5"], "第 5 笔被改动"),
    "the month was changed": (["UPDATE ledger SET month = '2026-11' WHERE entry_id = 5"], "第 5 笔被改动"),
    "the kind was changed": (["UPDATE ledger SET kind = 'late' WHERE entry_id = 5"], "第 5 笔被改动"),
    "the rulebook was changed": (["UPDATE ledger SET rulebook = '9' WHERE entry_id = 5"], "第 5 笔被改动"),
    "a row in the middle was deleted": (["DELETE FROM ledger WHERE entry_id = 5"], "第 5 笔被删除"),
    "two rows in the middle were deleted": (
        ["DELETE FROM ledger WHERE entry_id IN (5, 6)"],
        "第 5 至 6 笔被删除",
    ),
    "the first row was deleted": (["DELETE FROM ledger WHERE entry_id = 1"], "第 1 笔被删除"),
    "the last row was deleted": (
        ["DELETE FROM ledger WHERE entry_id = (SELECT max(entry_id) FROM ledger)"],
        "末尾少了 1 笔",
    ),
    "every row was deleted": (["DELETE FROM ledger"], "少了"),
    "a row was inserted at the end": (
        [
            'INSERT INTO ledger (entry_id, month, kind, rule, staff_id, "on", amount, absent_days, customer_id, '
            "evidence_zh, evidence_en, rulebook, posted_at) SELECT max(entry_id) + 1, '2026-11', 'posted', "
            "'two-deposits-day', 'A01', '2026-11-19', 1000, '', '', '', '', '1', 0 FROM ledger"
        ],
        "被改动过",
    ),
    "two rows changed places": (
        [
            "UPDATE ledger SET entry_id = 9999 WHERE entry_id = 5",
            "UPDATE ledger SET entry_id = 5 WHERE entry_id = 6",
            "UPDATE ledger SET entry_id = 6 WHERE entry_id = 9999",
        ],
        "第 5 笔被挪动过：它原来是第 6 笔",
    ),
    "a row was moved to the end": (
        ["UPDATE ledger SET entry_id = 9999 WHERE entry_id = 5"],
        "第 5 笔被删除",
    ),
    "a reversal names another entry": (
        [
            "UPDATE ledger SET corrects = 2 WHERE entry_id = (SELECT min(entry_id) FROM ledger WHERE kind = 'reversal')"
        ],
        "被改动过",
    ),
    "the reason of a lift was changed": (
        [
            "UPDATE ledger SET why_zh = 'x' WHERE entry_id = (SELECT min(entry_id) FROM ledger WHERE kind = 'lift')"
        ],
        "被改动过",
    ),
    "the digest of a closing was changed": (["UPDATE closings SET digest = 'x'"], "结账记录第 1 笔被改动"),
    "what a closing fixed was changed": (["UPDATE closings SET amount = 0"], "结账记录第 1 笔被改动"),
    "the calendar of a closing was changed": (
        ["UPDATE closings SET calendar = '2026-10-01:111'"],
        "结账记录第 1 笔被改动",
    ),
    "a closing was deleted": (["DELETE FROM closings"], "结账记录末尾少了 1 笔"),
    "an objection was changed": (
        ["UPDATE objections SET words = 'x' WHERE objection_id = 2"],
        "异议第 2 笔被改动",
    ),
    "an objection was deleted with its answer": (
        [
            "DELETE FROM objection_answers WHERE objection_id = 2",
            "DELETE FROM objections WHERE objection_id = 2",
        ],
        "末尾少了 1 笔",
    ),
    "an answer was changed": (
        ["UPDATE objection_answers SET reason = 'x' WHERE answer_id = 1"],
        "异议答复第 1 笔被改动",
    ),
    "when an entry was seen was changed": (
        ["UPDATE ledger_seen SET seen_at = seen_at + 99 WHERE seen_id = 2"],
        "查看记录第 2 笔被改动",
    ),
    "a settlement was changed": (
        ["UPDATE settlements SET actor = 'x' WHERE settlement_id = 1"],
        "结算记录第 1 笔被改动",
    ),
    "the numbers of a rulebook were changed": (
        ["UPDATE rulebook_versions SET parameters = replace(parameters, '50', '5')"],
        "规则版本第 1 笔被改动",
    ),
    "the head was changed": (["UPDATE ledger_head SET books = '{}'"], "封条不是本程序盖的"),
    "the last row was deleted and the head was changed": (
        [
            "DELETE FROM ledger WHERE entry_id = (SELECT max(entry_id) FROM ledger)",
            "UPDATE ledger_head SET books = '{}'",
        ],
        "末尾少了 1 笔：曾有",
    ),
    "the head was deleted": (["DELETE FROM ledger_head"], "封条（ledger_head）不见了"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_kind_of_tampering_is_found_and_named(books, name):
    statements, told = TAMPERINGS[name]
    write_past_the_program(statements)
    found = faults()
    assert found, name
    assert told in found[0].zh
    assert found[0].en.isascii()


def test_a_row_pushed_in_between_two_is_named(books):
    keys = [row.entry_id for row in entries()]
    shifts = [f"UPDATE ledger SET entry_id = {key + 1} WHERE entry_id = {key}" for key in keys[:4:-1]]
    forged = (
        'INSERT INTO ledger (entry_id, month, kind, rule, staff_id, "on", amount, absent_days, customer_id, '
        'evidence_zh, evidence_en, rulebook, posted_at, previous) SELECT 6, month, kind, rule, staff_id, "on", amount, '
        "absent_days, customer_id, evidence_zh, evidence_en, rulebook, posted_at, digest FROM ledger WHERE entry_id = 5"
    )
    write_past_the_program([*shifts, forged])
    assert "第 6 笔" in faults()[0].zh


@pytest.mark.parametrize("verb", ["drop", "empty"])
def test_a_guard_that_is_gone_or_does_nothing_is_named(books, verb, database_kind):
    if database_kind == "sqlite":
        statements = ["DROP TRIGGER ledger_no_delete"]
        if verb == "empty":
            statements.append("CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT 1; END")
        name = "ledger_no_delete"
    else:
        statements = ["ALTER TABLE ledger DISABLE TRIGGER ledger_only_grows"]
        if verb == "empty":
            statements = [
                "CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RETURN NULL; END $$"
            ]
        name = "ledger_only_grows"
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    assert any(name in fault.zh for fault in faults())


@pytest.mark.parametrize("table", [table_of(book).name for book in BOOKS])
@pytest.mark.parametrize("verb", ["UPDATE {} SET digest = digest", "DELETE FROM {}"])
def test_the_database_refuses_a_change_of_any_book(books, table, verb):
    with pytest.raises(Exception, match="never changed or deleted"), db.engine.begin() as connection:
        connection.execute(text(verb.format(table)))


def test_a_chain_computed_anew_still_does_not_end_as_sealed(books):
    recompute("UPDATE ledger SET amount = -1 WHERE entry_id = 5")
    kinds = [fault.kind for fault in faults()]
    assert kinds[0] == "closing", "the closed month says otherwise"
    assert "rewritten" in kinds


def recompute(statement):
    """An attacker who knows how digests are made: the whole ledger chained anew."""
    write_past_the_program([statement])
    key, previous, statements = key_of(table_of(LedgerEntry)), "", []
    rows = db.session.execute(text(f"SELECT * FROM ledger ORDER BY {key}")).mappings().all()
    for row in rows:
        values = dict(row) | {"previous": previous}
        digest = digest_of("ledger", values)
        statements.append(
            f"UPDATE ledger SET previous = '{previous}', digest = '{digest}' WHERE entry_id = {row[key]}"
        )
        previous = digest
    head = json.loads(db.session.scalar(text("SELECT books FROM ledger_head")))
    head["ledger"] = [len(rows), previous]
    write_past_the_program([*statements, f"UPDATE ledger_head SET books = '{json.dumps(head)}'"])


def test_the_check_up_says_it_too(books):
    assert check_books().verdict == GOOD
    write_past_the_program(["UPDATE ledger SET amount = -1 WHERE entry_id = 5"])
    found = check_books()
    assert found.verdict == BAD
    assert "第 5 笔被改动过" in found.zh


def test_nothing_is_posted_on_a_forged_end(books):
    write_past_the_program(["DELETE FROM ledger WHERE entry_id = (SELECT max(entry_id) FROM ledger)"])
    with pytest.raises(LedgerTampered, match="crm verify"):
        settle_open(LATER, "night")
    recompute("UPDATE ledger SET amount = -1 WHERE entry_id = 5")
    with pytest.raises(LedgerTampered):
        settle_open(LATER, "night")


def test_another_key_is_told_apart_and_sealed_anew_only_when_the_rest_is_whole(books, app):
    settings = app.config["CRM"]
    app.config["CRM"] = Settings(settings.home, settings.database_url, "another key, quite another key 0123")
    assert [fault.kind for fault in faults()] == ["key"]
    with pytest.raises(SealedElsewhere, match="--reseal"):
        settle_open(LATER, "night")
    write_past_the_program(["UPDATE ledger SET amount = -1 WHERE entry_id = 5"])
    assert "第 5 笔" in reseal(LATER, "test").zh
    write_past_the_program(["UPDATE ledger SET amount = -5000 WHERE entry_id = 5"])
    assert reseal(LATER, "test") is None
    assert faults() == []
    assert settle_open(LATER, "night").reversed == 0


def test_a_row_that_is_not_even_readable_is_named_like_any_other(books, database_kind):
    if database_kind == "postgres":
        return
    write_past_the_program(["UPDATE ledger SET amount = x'00ff' WHERE entry_id = 5"])
    assert "第 5 笔被改动" in faults()[0].zh

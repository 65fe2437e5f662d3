"""The list: found by name, pinyin and phone tail, filtered, sorted, paged by key, never beyond what one may see."""

import datetime as dt

import pytest
from sqlalchemy import event

from crm.extensions import db
from crm.leads import list_queries, search_queries
from crm.leads.list_queries import PAGE, Wanted, customers_list
from crm.leads.models import Customer, Transfer
from crm.leads.search_terms import rebuild
from crm.transactions import atomic
from tests.leads.build import AT, ON, account, known
from tests.people_builders import ELSEWHERE, customer, keep


def found(user, **wanted) -> list[str]:
    return [line.customer.customer_id for line in customers_list(user, Wanted.of(wanted), ON).lines]


@pytest.fixture
def me(store):
    user = account("A01")
    known("C1", name="李小明", phone="13812345678", kind="visit", intent_grade="A", channel="路过")
    known("C2", name="曾国强", phone="13912349999;021-61234567", intent_grade="B")
    known("C3", name="John Smith", phone=None)
    known("C4", name="𠮷野家", phone="8899 内线 12")
    return user


@pytest.mark.parametrize(
    ("q", "which"),
    [
        ("李", ["C1"]),
        ("小明", ["C1"]),
        ("李小明", ["C1"]),
        ("李明", []),
        ("lxm", ["C1"]),
        ("LX", ["C1"]),
        ("lixiao", ["C1"]),
        ("zgq", ["C2"]),
        ("cgq", []),
        ("5678", ["C1"]),
        ("345678", ["C1"]),
        ("13812345678", ["C1"]),
        ("+86 138-1234-5678", ["C1"]),
        ("4567", ["C2"]),
        ("021-61234567", ["C2"]),
        ("678", []),
        ("1381", []),
        ("smith", ["C3"]),
        ("js", ["C3"]),
        ("John", ["C3"]),
        ("𠮷", ["C4"]),
        ("李 5678", ["C1"]),
        ("李 9999", []),
        ("%", []),
        ("_", []),
        ("'; drop table customers; --", []),
    ],
)
def test_search_finds_by_part_of_the_name_pinyin_and_the_end_of_the_number(me, q, which):
    assert found(me, q=q) == which


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        ({"grade": "A"}, ["C1"]),
        ({"channel": "路过"}, ["C1"]),
        ({"kind": "visit"}, ["C1"]),
        ({"kind": "call_in", "grade": "B"}, ["C2"]),
        ({"grade": "A", "q": "曾"}, []),
    ],
)
def test_filters_narrow_the_list_together(me, wanted, which):
    assert found(me, **wanted) == which


def test_what_is_unknown_in_an_address_changes_nothing(me):
    assert len(found(me, sort="password_hash", state="x", kind="y", after="nonsense", secret="1")) == 4


def test_states_tell_tracked_overdue_pool_opted_out_and_erased(store):
    manager = account("M01", "manager")
    account("A01")
    known("C1")
    known("C2", opted_out_on=ON)
    known("C3")
    known("C4", erased_at=AT)
    known("C5", first_contact_at=dt.datetime(2026, 11, 20, 9))
    keep([Transfer(customer_id="C3", on=ON, to=None)])
    assert found(manager, state="tracked") == ["C5", "C1"]
    assert found(manager, state="overdue") == ["C1"]
    assert found(manager, state="pool") == ["C3"]
    assert found(manager, state="opted_out") == ["C2"]
    assert found(manager, state="erased") == ["C4"]
    assert "C4" not in found(manager)


def test_a_line_says_who_has_the_customer_the_last_contact_and_what_is_due(store):
    manager = account("M01", "manager")
    account("A01")
    known("C1")
    (line,) = customers_list(manager, Wanted(), ON).lines
    assert (line.holder, line.last_at) == ("A01", dt.datetime(2026, 11, 2, 10))
    assert (line.due_on, line.overdue_since) == (ON, dt.date(2026, 11, 3))


def test_a_consultant_finds_nobody_elses_customers_by_any_way(store):
    user = account("A01")
    account("A02")
    known("C2", "A02", name="王芳", phone="13812345678", intent_grade="A")
    for wanted in (
        {},
        {"q": "王"},
        {"q": "wf"},
        {"q": "5678"},
        {"owner": "A02"},
        {"grade": "A"},
        {"state": "overdue"},
    ):
        listed = customers_list(user, Wanted.of(wanted), ON)
        assert (list(listed.lines), listed.count) == ([], 0)


def test_a_customer_handed_over_leaves_the_one_list_and_stands_in_the_other(store):
    first, second = account("A01"), account("A02")
    known("C1", name="李小明")
    keep([Transfer(customer_id="C1", on=ON, to="A02")])
    assert (found(first, q="李"), found(second, q="李")) == ([], ["C1"])


def test_a_manager_sees_the_project_and_filters_by_who_has_a_customer(store):
    manager = account("M01", "manager")
    account("A01"), account("A02"), account("B01", project=ELSEWHERE)
    known("C1"), known("C2", "A02"), known("C3", "B01", project=ELSEWHERE)
    assert found(manager) == ["C2", "C1"]
    assert found(manager, owner="A02") == ["C2"]
    assert found(manager, owner="B01") == []


def _many(number: int) -> None:
    start = dt.datetime(2026, 10, 1, 9)
    names = ("李", "王", "张", "单")
    keep(
        customer(
            f"C{n:04d}",
            name=f"{names[n % 4]}{n % 7}",
            project="滨江壹号",
            first_contact_at=start + dt.timedelta(minutes=n // 3),
        )
        for n in range(number)
    )
    rebuild([f"C{n:04d}" for n in range(number)])


@pytest.mark.parametrize("sort", list_queries.SORTS)
def test_pages_by_key_give_every_customer_once_in_order(store, sort):
    user = account("A01")
    _many(2 * PAGE + 7)
    seen, after = [], ""
    for _ in range(3):
        listed = customers_list(user, Wanted(sort=sort, after=after), ON)
        seen += [line.customer for line in listed.lines]
        if not listed.next:
            break
        after = listed.next
    assert len(seen) == len({row.customer_id for row in seen}) == 2 * PAGE + 7
    name = "spelling" if sort.endswith("name") else "first_contact_at"
    keys = [(getattr(row, name), row.customer_id) for row in seen]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


def test_the_count_is_exact_up_to_many_and_no_more_is_counted(store, monkeypatch):
    user = account("A01")
    _many(PAGE + 2)
    assert customers_list(user, Wanted(), ON).count == PAGE + 2
    monkeypatch.setattr(list_queries, "MANY", PAGE + 1)
    assert customers_list(user, Wanted(), ON).count is None


def test_a_frequent_condition_and_a_rare_one_find_the_same(me, monkeypatch):
    wanted = ({"q": "李小"}, {"q": "l"}, {"q": "5678"}, {"state": "tracked"}, {"state": "overdue"})
    rare = [found(me, **one) for one in wanted]
    monkeypatch.setattr(search_queries, "FREQUENT", 0)
    assert [found(me, **one) for one in wanted] == rare
    assert any(rare)


def _statements(user, wanted: Wanted) -> list[tuple[str, object]]:
    said: list[tuple[str, object]] = []

    def note(*args):
        said.append((args[2], args[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        customers_list(user, wanted, ON)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return said


@pytest.mark.parametrize("wanted", [{}, {"q": "李"}, {"state": "overdue"}, {"sort": "name"}], ids=str)
def test_the_list_takes_a_fixed_number_of_statements_however_long_it_is(store, wanted):
    user = account("A01")
    _many(3)
    customers_list(user, Wanted.of(wanted), ON)
    few = len(_statements(user, Wanted.of(wanted)))
    with atomic() as session:
        session.query(Customer).update({"household": None})
    keep(customer(f"D{n:04d}", name="李", project="滨江壹号") for n in range(2 * PAGE))
    rebuild([f"D{n:04d}" for n in range(2 * PAGE)])
    customers_list(user, Wanted.of(wanted), ON)
    many = len(_statements(user, Wanted.of(wanted)))
    assert many <= few + 1  # a second page must be counted
    assert many <= 12


def test_search_reads_indexes_and_scans_no_table(store, database_kind):
    manager = account("M01", "manager")
    account("A01")
    known("C1", name="李小明")
    for wanted in ({"q": "李"}, {"q": "lxm"}, {"q": "5678"}, {}):
        for statement, values in _statements(manager, Wanted.of(wanted)):
            if "customer_terms" in statement or "contacts" in statement:
                assert _scans(statement, values, database_kind) == []


def _scans(statement: str, values: object, kind: str) -> list[str]:
    """The tables that the plan walks from end to end without an index."""
    with db.engine.connect() as connection:
        if kind == "postgres":
            connection.exec_driver_sql("SET enable_seqscan = off")
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
            return [
                row[0]
                for row in rows
                if "Seq Scan on customer_terms" in row[0] or "Seq Scan on contacts" in row[0]
            ]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows if row[3] in ("SCAN customer_terms", "SCAN contacts")]

"""A workbook's way into the database: whole or not at all, once however often, and the history keeps both."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.daily.models import Report
from crm.deals.models import Deal, Share
from crm.exchange.services import Importer, export_workbook, import_workbook, settlement_basis
from crm.extensions import db
from crm.leads.models import Contact, Customer, CustomerTerm
from crm.leads.search_terms import TAIL
from crm.people.accounts import AuditRow, RowChange
from crm.people.models import ParameterValue, Staff
from crm.store.models import metadata
from crm.transactions import atomic
from crm.workbook.faults import FaultyWorkbook
from crm.workbook.read import read_workbook
from tests.exchange.workbooks import CONTACTS, CUSTOMERS, STAFF, TERMS, WHOLE, write

AT = dt.datetime(2026, 11, 20, 9)
ADMIN = Importer("admin")
MANAGER = Importer("M1", project="滨江壹号")


@pytest.fixture
def load(store, tmp_path):
    """Import a workbook of these tables; gives what was done."""

    def act(importer=ADMIN, check_only=False, **tables):
        folder = write(tmp_path / "workbook", tables)
        return import_workbook(folder, importer, AT, lang="en", check_only=check_only)

    return act


def everything():
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in metadata.sorted_tables
    }


def test_what_is_imported_is_stored_with_its_types(load):
    done = load(**WHOLE)
    assert done.counts["staff"] == (4, 0, 0)
    assert db.session.get(Staff, "A1").monthly_base_pay == Decimal("4200.50")
    assert db.session.get(Staff, "A1").probation_months == 6
    assert db.session.get(Contact, "K1").happened_at == dt.datetime(2026, 11, 2, 10)
    assert db.session.get(Contact, "K1").effective is True
    assert db.session.get(Contact, "K2").note is None
    assert db.session.get(Deal, "D1").holding_deposit_on == dt.date(2026, 11, 5)
    assert db.session.get(Share, ("D1", "A1")).percent == Decimal(60)


def test_the_same_file_twice_changes_nothing_and_says_so(load):
    assert not load(**WHOLE).nothing_changed
    before = everything()
    assert load(**WHOLE).nothing_changed
    assert everything() == before


def test_a_check_changes_nothing(load):
    before = everything()
    assert load(check_only=True, **WHOLE).counts["customers"] == (2, 0, 0)
    assert everything() == before


def test_a_changed_row_updates_the_stored_one_and_the_history_keeps_both(load):
    load(**WHOLE)
    changed = load(**WHOLE | {"customers": CUSTOMERS.replace("李先生", "李总")})
    assert changed.counts["customers"] == (0, 1, 1)
    row = db.session.get(Customer, "C1")
    assert (row.name, row.version) == ("李总", 2)
    change = db.session.scalar(select(RowChange))
    assert (change.table_name, change.row_key, change.actor) == ("customers", '["C1"]', "admin")
    assert (change.before, change.after) == ({"name": "李先生"}, {"name": "李总"})


def test_a_column_that_the_file_has_not_is_left_as_it_is(load):
    load(**WHOLE)
    without_note = "\n".join(line.rsplit(",", 1)[0] for line in CONTACTS.splitlines())
    assert load(**WHOLE | {"contacts": without_note}).nothing_changed
    assert db.session.get(Contact, "K1").note == "想看三房"


def test_an_empty_cell_means_not_known_and_takes_the_stored_value_away(load):
    load(**WHOLE)
    load(**WHOLE | {"customers": CUSTOMERS.replace("13800138000", "")})
    assert db.session.get(Customer, "C1").phone is None


def test_rows_that_the_file_has_not_stay(load):
    load(**WHOLE)
    load(customers=CUSTOMERS.splitlines()[0] + "\nC9,孙女士,,A1,2026-11-09T10:00:00\n")
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 3


def test_with_one_fault_nothing_is_stored(load):
    before = everything()
    with pytest.raises(FaultyWorkbook):
        load(**WHOLE | {"deals": "deal_id,customer_id,unit_kind,contract_on\nD1,C7,residential,2026-11-05\n"})
    assert everything() == before


@pytest.mark.parametrize("pay", ["4200.505", "-1"])
def test_money_with_a_third_decimal_or_below_zero_is_a_fault(load, pay):
    with pytest.raises(FaultyWorkbook) as problem:
        load(staff=STAFF.replace("4200.50", pay))
    assert problem.value.faults[0].column == "monthly_base_pay"


def test_a_file_may_refer_to_stored_rows(load):
    load(**WHOLE)
    more = "contact_id,customer_id,staff_id,kind,happened_at,recorded_at\n"
    load(contacts=more + "K9,C1,A1,follow_up,2026-11-05T10:00:00,2026-11-05T10:00:00\n")
    assert db.session.get(Contact, "K9").customer_id == "C1"


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        # before the stored customer's first contact
        ("contacts", "K9,C1,A1,follow_up,2026-11-01T10:00:00,2026-11-01T10:00:00", "happened_at"),
        # a stored customer whose contacts would none be on the first date
        ("customers", "C1,李先生,,A1,2026-11-01T10:00:00", "first_contact_at"),
        # a third share beside two stored ones that add up
        ("shares", "D1,B1,10", "percent"),
    ],
)
def test_what_does_not_fit_the_stored_rows_is_a_fault(load, table, text, column):
    load(**WHOLE)
    before = everything()
    with pytest.raises(FaultyWorkbook) as problem:
        load(**{table: WHOLE[table].splitlines()[0].removesuffix(",note") + "\n" + text + "\n"})
    assert [fault.column for fault in problem.value.faults] == [column]
    assert everything() == before


def test_a_manager_who_signed_cannot_become_a_consultant_by_import(load):
    load(
        **WHOLE,
        waivers="customer_id,from_on,reason,signed_by,signed_on\nC1,2026-11-03,special,M1,2026-11-03\n",
    )
    with pytest.raises(FaultyWorkbook):
        load(staff=STAFF.replace("张敏,manager", "张敏,consultant"))


def test_an_erased_customer_does_not_come_back(load):
    load(**WHOLE)
    with atomic() as session:
        row = session.get(Customer, "C1")
        row.name, row.phone, row.erased_at = "已删除", None, AT
    assert load(**WHOLE).nothing_changed
    assert db.session.get(Customer, "C1").name == "已删除"


def test_what_was_written_of_an_erased_customer_does_not_come_back_either(load):
    load(**WHOLE)
    with atomic() as session:
        session.get(Customer, "C1").erased_at = AT
        for row in session.scalars(select(Contact).where(Contact.customer_id == "C1")):
            row.note = None
    lines = CONTACTS.splitlines()
    header, first = lines[0], next(line for line in lines[1:] if ",C1," in line)
    told = {"note": "李女士说嫌贵", "next_step": "给李女士回电"}
    names = [name for name in header.split(",") if name not in told]
    kept = dict(zip(header.split(","), first.split(","), strict=True))
    rows = [",".join([*names, *told])]
    for contact_id in ("K1", "K9"):
        rows.append(
            ",".join([*((kept | {"contact_id": contact_id})[name] for name in names), *told.values()])
        )
    load(contacts="\n".join(rows) + "\n")
    notes = select(Contact.note, Contact.next_step).where(Contact.customer_id == "C1")
    assert {tuple(row) for row in db.session.execute(notes)} == {(None, None)}
    assert db.session.get(Contact, "K9") is not None
    assert "李女士" not in "".join(map(str, everything()["row_history"]))


def test_a_struck_contact_stays_struck_and_counts_nowhere(load):
    load(**WHOLE)
    with atomic() as session:
        session.get(Contact, "K2").struck_at = AT
    assert load(**WHOLE).nothing_changed
    tables, _ = settlement_basis()
    assert list(tables["contacts"]["contact_id"]) == ["K1"]


def test_an_import_is_in_the_audit_log_with_its_counts(load):
    load(**WHOLE)
    line = db.session.scalar(select(AuditRow))
    assert (line.actor, line.action) == ("admin", "workbook.imported")
    assert line.details["rows"]["contacts"] == [2, 0, 0]


def test_imported_customers_can_be_found_at_once(load):
    load(**WHOLE)
    tails = select(CustomerTerm.customer_id).where(CustomerTerm.kind == TAIL)
    assert db.session.scalars(tails).all() == ["C1"]


HEAD = CUSTOMERS.splitlines()[0] + "\n"


@pytest.mark.parametrize(
    "tables",
    [
        {"staff": STAFF.replace("A2,李强,consultant", "A2,李强,hr")},
        {"calendar": "date,workday\n2026-11-09,0\n"},
        {"terms": TERMS},
        {"customers": HEAD + "C9,孙女士,,B1,2026-11-09T10:00:00\n"},
        {"roster": "staff_id,date,kind\nB1,2026-11-09,rest\n"},
        {"transfers": "customer_id,on,to\nC3,2026-11-09,A1\n"},
        {"customers": HEAD + "C3,吴先生,,A1,2026-11-03T10:00:00\n"},
    ],
)
def test_a_managers_workbook_stays_within_the_project(load, tables):
    load(**WHOLE | {"customers": CUSTOMERS + "C3,吴先生,,B1,2026-11-03T10:00:00\n"})
    before = everything()
    with pytest.raises(FaultyWorkbook):
        load(MANAGER, **tables)
    assert everything() == before


def test_a_managers_workbook_may_bring_what_is_of_the_project(load):
    load(**WHOLE)
    load(MANAGER, customers=HEAD + "C9,孙女士,,A2,2026-11-09T10:00:00\n")
    assert db.session.get(Customer, "C9").owner == "A2"


def test_a_managers_workbook_follows_who_is_of_the_project_today(load, at):
    load(**WHOLE, terms=TERMS)
    quota = {"quotas": "staff_id,month,units\nA2,2026-11,3\n"}
    at(dt.datetime(2026, 11, 5))
    with pytest.raises(FaultyWorkbook):
        load(MANAGER, **quota)
    customers = HEAD + "C2,周女士,,A2,2026-11-02T11:00:00\n"
    load(MANAGER, customers=customers.replace("周女士", "周太太"))
    at(dt.datetime(2026, 11, 4, 23, 59))
    load(MANAGER, **quota)


def test_terms_before_the_employment_are_a_fault_beside_the_stored_staff(load):
    load(**WHOLE)
    others = STAFF.splitlines()[0] + "\nB2,新人,consultant,湖畔花园,property,2026-01-05,\n"
    with pytest.raises(FaultyWorkbook) as caught:
        load(staff=others, terms="staff_id,from_on,role\nA1,2026-01-04,manager\n")
    assert [(fault.table, fault.row, fault.column) for fault in caught.value.faults] == [
        ("terms", 2, "from_on")
    ]


def test_an_export_reads_back_as_what_was_stored(load, tmp_path):
    load(**WHOLE, terms=TERMS)
    for name in ("out.xlsx", "out.zip", "out"):
        export_workbook(tmp_path / name)
        read = read_workbook(tmp_path / name).tables
        stored, _ = settlement_basis()
        for table, frame in stored.frames.items():
            ours = frame.astype(object).where(frame.notna(), None).values.tolist()
            theirs = read[table].astype(object).where(read[table].notna(), None).values.tolist()
            assert sorted(map(repr, theirs)) == sorted(map(repr, ours)), f"{table} in {name}"
        assert import_workbook(tmp_path / name, ADMIN, AT).nothing_changed


def test_the_parameters_of_the_company_are_laid_over_the_rulebook(load):
    load(**WHOLE)
    with atomic() as session:
        for name, from_on, value in (
            ("records_begin", None, "2026-11-01"),
            ("followup_fine", dt.date(2026, 12, 1), "60"),
        ):
            session.add(ParameterValue(name=name, from_on=from_on, value=value, set_by="admin", set_at=AT))
    _, parameters = settlement_basis()
    days = [(dt.date(2026, month, 1) - dt.date(1970, 1, 1)).days for month in (11, 12)]
    assert [int(parameters.decimal("followup_fine", day)) for day in days] == [50, 60]
    assert parameters.records_begin == days[0]


def test_ids_compare_as_text_on_both_databases(load):
    load(
        staff=STAFF
        + "a1,小写,consultant,滨江壹号,property,2026-01-05,\n007,零七,consultant,滨江壹号,property,2026-01-05,\n"
    )
    ids = db.session.scalars(select(Staff.staff_id).order_by(Staff.staff_id)).all()
    assert ids == sorted(ids) == ["007", "A1", "A2", "B1", "M1", "a1"]


def test_a_report_said_to_be_false_keeps_who_decided(load):
    load(
        **WHOLE,
        reports="staff_id,date,submitted_at,false,decided_by\nA1,2026-11-03,2026-11-03T18:00:00,1,M1\n",
    )
    report = db.session.get(Report, ("A1", dt.date(2026, 11, 3)))
    assert report.false is True
    assert report.decided_by == "M1"

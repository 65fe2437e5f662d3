"""Every fault of the workbook, one claim each, with the nearest thing that is none."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crm.workbook.faults import FaultyWorkbook
from crm.workbook.read import read_workbook
from tests.workbook.books import Book, added, changed, fault, faults, folder, good, read, spreadsheet


def test_the_good_book_has_neither_fault_nor_warning(tmp_path: Path) -> None:
    assert read(tmp_path, good()).warnings == []


def test_staff_is_the_only_table_that_must_be_there(tmp_path: Path) -> None:
    assert fault(tmp_path, {"calendar": [{"date": "2026-10-10", "workday": "1"}]}) == (
        "staff",
        None,
        None,
        None,
    )


def test_staff_alone_is_a_workbook(tmp_path: Path) -> None:
    assert len(read(tmp_path, {"staff": good()["staff"]}).tables["staff"]) == 2


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    book = good()
    del book["contacts"][0]["recorded_at"]
    assert fault(tmp_path, book) == ("contacts", 1, "recorded_at", None)


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path, changed("contacts", kind="")) == ("contacts", 2, "kind", None)


def test_a_wrong_value_is_named_with_what_was_expected(tmp_path: Path) -> None:
    found = faults(tmp_path, changed("contacts", happened_at="2026-13-01"))[0]
    assert found.sentence() == (
        "contacts 第 2 行 happened_at:「2026-13-01」不是时间,应为 2026-10-31T09:05:00 这样的写法"
    )
    assert found.sentence("en") == (
        "contacts row 2 happened_at: “2026-13-01” is not a time; expected a time such as 2026-10-31T09:05:00"
    )


def test_all_faults_are_listed_and_not_only_the_first(tmp_path: Path) -> None:
    book = changed("contacts", kind="x", happened_at="y", recorded_at="")
    book["staff"][0]["hired_on"] = "z"
    book["deals"][0]["units"] = "1.5"
    places = {(one.table, one.row, one.column) for one in faults(tmp_path, book)}
    assert places == {
        ("contacts", 2, "kind"),
        ("contacts", 2, "happened_at"),
        ("contacts", 2, "recorded_at"),
        ("staff", 2, "hired_on"),
        ("deals", 2, "units"),
    }


def test_the_message_ends_with_the_count(tmp_path: Path) -> None:
    book = changed("contacts", kind="x", recorded_at="")
    with pytest.raises(FaultyWorkbook) as caught:
        read(tmp_path, book)
    assert caught.value.sentence().splitlines()[-1] == "共 2 处错误；没有改动任何内容。"
    assert caught.value.sentence("en").splitlines()[-1] == "2 faults; nothing was changed."


def test_a_key_twice_names_the_first_row(tmp_path: Path) -> None:
    book = added("contacts", {**good()["contacts"][0], "kind": "follow_up"})
    found = faults(tmp_path, book)
    assert [(one.row, one.value) for one in found] == [(3, "K1")]
    assert "第 2 行" in found[0].sentence()


def test_a_key_of_several_columns_is_twice_only_where_all_agree(tmp_path: Path) -> None:
    rows = [{"staff_id": "A01", "date": f"2026-10-0{day}", "kind": "rest"} for day in (1, 2)]
    assert len(read(tmp_path, added("roster", *rows)).tables["roster"]) == 2
    assert fault(tmp_path, added("roster", *rows, rows[0]))[1] == 4


@pytest.mark.parametrize(
    ("table", "column"),
    [("customers", "owner"), ("contacts", "staff_id"), ("contacts", "customer_id"), ("deals", "staff_id")],
)
def test_an_id_that_names_nothing_is_a_fault(tmp_path: Path, table: str, column: str) -> None:
    assert fault(tmp_path, changed(table, **{column: "X9"})) == (table, 2, column, "X9")


def test_an_id_that_names_something_stored_is_none(tmp_path: Path) -> None:
    book = changed("contacts", customer_id="C9")
    assert len(read(tmp_path, book, stored={"customers": {"C9"}}).tables["contacts"]) == 1


def test_a_record_before_it_happened_is_a_fault(tmp_path: Path) -> None:
    assert fault(tmp_path, changed("contacts", recorded_at="2026-10-02T10:29:59"))[2] == "recorded_at"
    read(tmp_path, changed("contacts", recorded_at="2026-10-02T10:30:00"))


def test_a_report_submitted_on_an_earlier_date_is_a_fault(tmp_path: Path) -> None:
    report = {"staff_id": "A01", "date": "2026-10-08", "submitted_at": "2026-10-07T23:59:59"}
    assert fault(tmp_path, added("reports", report))[:3] == ("reports", 2, "submitted_at")
    read(tmp_path, added("reports", report | {"submitted_at": "2026-10-08T00:00:00"}))


def test_a_contact_before_the_first_contact_is_a_fault(tmp_path: Path) -> None:
    early = good()["contacts"][0] | {"contact_id": "K2", "happened_at": "2026-10-02T10:29:59"}
    assert fault(tmp_path, added("contacts", early))[:3] == ("contacts", 3, "happened_at")


def test_contacts_of_which_none_is_on_the_first_date_are_a_fault(tmp_path: Path) -> None:
    moved = {"happened_at": "2026-10-03T00:00:00", "recorded_at": "2026-10-03T00:00:00"}
    assert fault(tmp_path, changed("contacts", **moved))[:3] == ("customers", 2, "first_contact_at")
    same_date = {"happened_at": "2026-10-02T23:59:59", "recorded_at": "2026-10-03T00:00:00"}
    read(tmp_path, changed("contacts", **same_date))


def test_a_customer_without_contacts_is_fine(tmp_path: Path) -> None:
    book = good()
    del book["contacts"]
    read(tmp_path, book)


@pytest.mark.parametrize("column", ["left_on", "confirmed_on"])
def test_nobody_leaves_or_is_confirmed_before_being_hired(tmp_path: Path, column: str) -> None:
    assert fault(tmp_path, changed("staff", 1, **{column: "2019-12-31"})) == (
        "staff",
        3,
        column,
        "2019-12-31",
    )
    read(tmp_path, changed("staff", 1, **{column: "2020-01-01"}))


def _waiver(**cells: str) -> dict[str, str]:
    return {
        "customer_id": "C1",
        "from_on": "2026-10-08",
        "reason": "special",
        "signed_by": "M1",
        "signed_on": "2026-10-08",
    } | cells


def test_a_waiver_does_not_end_before_it_begins(tmp_path: Path) -> None:
    assert fault(tmp_path, added("waivers", _waiver(to_on="2026-10-07")))[2] == "to_on"
    read(tmp_path, added("waivers", _waiver(to_on="2026-10-08")))


def test_only_a_manager_signs(tmp_path: Path) -> None:
    assert fault(tmp_path, added("waivers", _waiver(signed_by="A01"))) == ("waivers", 2, "signed_by", "A01")
    book = added("waivers", _waiver())
    book["staff"][1]["role"] = "store_manager"
    read(tmp_path, book)


def test_a_stored_signer_is_judged_by_the_stored_role(tmp_path: Path) -> None:
    book = added("waivers", _waiver(signed_by="Z1"))
    read(tmp_path, book, stored={"staff": {"Z1": "manager"}})
    assert fault(tmp_path, book, stored={"staff": {"Z1": "hr"}})[2] == "signed_by"


def test_nobody_works_on_after_the_resignation_was_applied_for_in_the_past(tmp_path: Path) -> None:
    row = {"staff_id": "A01", "applied_on": "2026-10-10", "last_on": "2026-10-09", "loans_cleared": "1"}
    assert fault(tmp_path, added("resignations", row))[:3] == ("resignations", 2, "last_on")


@pytest.mark.parametrize(
    ("dates", "column"),
    [
        ({"subscription_on": "2026-10-02"}, "subscription_on"),
        ({"contract_on": "2026-10-02"}, "contract_on"),
        ({"subscription_on": "2026-10-05", "contract_on": "2026-10-04"}, "contract_on"),
        ({"cancelled_on": "2026-10-02"}, "cancelled_on"),
    ],
)
def test_the_dates_of_a_deal_do_not_go_back(tmp_path: Path, dates: dict[str, str], column: str) -> None:
    assert fault(tmp_path, changed("deals", **dates))[:3] == ("deals", 2, column)


def test_the_dates_of_a_deal_may_be_one(tmp_path: Path) -> None:
    names = ("subscription_on", "contract_on", "cancelled_on")
    read(tmp_path, changed("deals", **dict.fromkeys(names, "2026-10-03")))


def test_a_deal_has_a_date(tmp_path: Path) -> None:
    assert fault(tmp_path, changed("deals", holding_deposit_on=""))[:2] == ("deals", 2)


def test_a_deal_whose_date_is_misspelt_is_not_also_called_dateless(tmp_path: Path) -> None:
    assert fault(tmp_path, changed("deals", holding_deposit_on="3.10."))[2] == "holding_deposit_on"


def test_a_false_report_is_decided_by_a_manager(tmp_path: Path) -> None:
    report = {"staff_id": "A01", "date": "2026-10-08", "submitted_at": "", "false": "1", "decided_by": ""}
    assert fault(tmp_path, added("reports", report))[:3] == ("reports", 2, "decided_by")
    assert fault(tmp_path, added("reports", report | {"decided_by": "A01"}))[2:] == ("decided_by", "A01")
    read(tmp_path, added("reports", report | {"decided_by": "M1"}))


@pytest.mark.parametrize(
    ("percents", "clean"),
    [
        (["100"], True),
        (["50", "50"], True),
        (["33.3", "66.7"], True),
        (["50", "49.99"], False),
        (["100.01"], False),
    ],
)
def test_the_shares_of_a_deal_add_up_to_100(tmp_path: Path, percents: list[str], clean: bool) -> None:
    people = ("A01", "M1")
    rows = [
        {"deal_id": "D1", "staff_id": person, "percent": percent}
        for person, percent in zip(people, percents, strict=False)
    ]
    if clean:
        read(tmp_path, added("shares", *rows))
    else:
        assert fault(tmp_path, added("shares", *rows))[:3] == ("shares", 2, "percent")


@pytest.mark.parametrize("cells", [{"units": "-1"}, {"amount": "-0.01"}, {"units": "0.5"}])
def test_negative_and_broken_numbers_are_faults(tmp_path: Path, cells: dict[str, str]) -> None:
    [(column, value)] = cells.items()
    assert fault(tmp_path, changed("deals", **cells)) == ("deals", 2, column, value)


def test_blank_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    path = folder(tmp_path / "book", good())
    text = (path / "contacts.csv").read_text(encoding="utf-8")
    (path / "contacts.csv").write_text(
        text + "\n,,,\n  ,\nK2,C1,A01,nap,2026-10-02T11:00,2026-10-02T11:00\n", "utf-8"
    )
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [(one.row, one.column) for one in caught.value.faults] == [(6, "kind")]


def test_rows_are_numbered_as_the_spreadsheet_does(tmp_path: Path) -> None:
    book: Book = good()
    book["contacts"] = [{name: None for name in book["contacts"][0]}] * 3 + changed("contacts", kind="x")[
        "contacts"
    ]
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(spreadsheet(tmp_path / "book.xlsx", book))
    assert [one.row for one in caught.value.faults] == [5]


def test_more_cells_than_the_header_are_a_fault(tmp_path: Path) -> None:
    path = folder(tmp_path / "book", good())
    with (path / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("A02,李,四,consultant,滨江,property,2026-01-05\n")
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert (4, "2026-01-05") in [(one.row, one.value) for one in caught.value.faults]


def test_a_quote_that_is_never_closed_is_one_fault_and_hides_nothing_else(tmp_path: Path) -> None:
    path = folder(tmp_path / "book", changed("deals", units="x"))
    with (path / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write('K2,"C1,A01,visit\n')
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [(one.table, one.row) for one in caught.value.faults] == [("contacts", 3), ("deals", 2)]


def test_a_value_never_drives_the_terminal(tmp_path: Path) -> None:
    found = faults(tmp_path, changed("contacts", kind="\x1b[2Jx" + "长" * 100))[0]
    assert "\x1b" not in found.sentence()
    assert len(found.sentence()) < 200


def test_a_formula_that_failed_is_a_fault_and_not_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    staff: list[dict[str, Any]] = good()["staff"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("员工")
        sheet.write_row(0, 0, [*staff[0], "left_on"])
        sheet.write_row(1, 0, list(staff[0].values()))
        sheet.write_formula(1, 6, "=NA()", None, "#N/A")
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [(one.row, one.column, one.value) for one in caught.value.faults] == [(2, "left_on", "#N/A")]


def test_a_failed_formula_is_found_right_of_an_empty_column(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    staff: list[dict[str, Any]] = good()["staff"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("staff")
        sheet.write_row(2, 1, list(staff[0]))
        sheet.write_row(3, 1, list(staff[0].values()))
        sheet.write_formula(3, 2, "=NA()", None, "#N/A")
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [(one.row, one.column, one.value) for one in caught.value.faults] == [(4, "name", "#N/A")]

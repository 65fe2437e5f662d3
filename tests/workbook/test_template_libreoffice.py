"""A template filled in and saved by a real spreadsheet program reads as it was meant."""

import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crm.workbook.frames import frame_from_rows, tables_of
from crm.workbook.read import read_workbook
from crm.workbook.schema import BY_NAME, TABLES
from crm.workbook.template import write_template
from crm.workbook.write import write_workbook
from tests.workbook.test_write import contents, team

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]

ON = date(2026, 10, 8)
ROWS: dict[str, list[dict[str, Any]]] = {
    "staff": [
        {"staff_id": "007", "name": "王芳", "role": "consultant", "project": "滨江壹号", "trade": "property"}
        | {"hired_on": date(2025, 1, 5), "monthly_base_pay": Decimal("4200.5"), "contract_years": Decimal(3)},
        {"staff_id": "M1", "name": "林建华", "role": "manager", "project": "滨江壹号", "trade": "property"}
        | {"hired_on": date(2020, 1, 5)},
    ],
    "calendar": [{"date": date(2026, 10, 11), "workday": True}],
    "customers": [
        {"customer_id": "0001", "name": "李先生", "phone": "13800000001;02161234567", "owner": "007"}
        | {"id_number": "990101199003070012", "first_contact_at": datetime(2026, 10, 8, 9, 5)},
        {"customer_id": "0002", "name": "王女士", "phone": "+8613800000002", "owner": "007"}
        | {"first_contact_at": datetime(2026, 10, 8, 14, 59, 59), "opted_out_on": date(2026, 10, 20)},
    ],
    "contacts": [
        {"contact_id": f"00{n}", "customer_id": f"000{n}", "staff_id": "007", "kind": kind, "happened_at": at}
        | {"recorded_at": datetime(2026, 10, 8, 23, 0), "effective": n == 1, "medium": medium, "note": note}
        for n, kind, at, medium, note in (
            (1, "visit", datetime(2026, 10, 8, 9, 5), "in_person", "看了样板间"),
            (2, "call_in", datetime(2026, 10, 8, 14, 59, 59), "phone", "=问均价"),
        )
    ],
    "waivers": [
        {"customer_id": "0001", "from_on": ON, "reason": "special", "signed_by": "M1", "signed_on": ON}
    ],
    "deals": [
        {"deal_id": "0007", "customer_id": "0001", "staff_id": "007", "unit_kind": "shopfront", "units": 2}
        | {"amount": Decimal("2860000.01"), "holding_deposit_on": ON, "contract_on": date(2026, 10, 18)}
    ],
    "quotas": [{"staff_id": "007", "month": date(2026, 10, 1), "units": 4}],
}


def fill_in(path: Path) -> None:
    """Type the rows into the template as a person would: words from the lists, real dates and numbers."""
    book = openpyxl.load_workbook(path)
    for name, rows in ROWS.items():
        table = BY_NAME[name]
        sheet = book[table.zh]
        for number, row in enumerate(rows, start=2):
            for index, column in enumerate(table.columns, start=1):
                value = row.get(column.name)
                if value is not None:
                    _type(
                        sheet.cell(number, index),
                        column.choices.get(value, value) if column.choices else value,
                    )
    book.save(path)


def _type(cell: Any, value: Any) -> None:
    cell.value = int(value) if isinstance(value, bool) else value
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def save_in_libreoffice(path: Path, folder: Path) -> Path:
    """Open and save the file in LibreOffice Calc, with a profile of its own so that runs do not meet."""
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(path)], check=True, timeout=240, capture_output=True
    )
    return folder / path.name


def test_a_filled_in_template_saved_by_libreoffice_reads_as_it_was_typed(tmp_path: Path) -> None:
    write_template(tmp_path / "october.xlsx")
    fill_in(tmp_path / "october.xlsx")
    (tmp_path / "saved").mkdir()
    saved = save_in_libreoffice(tmp_path / "october.xlsx", tmp_path / "saved")
    expected = tables_of({name: frame_from_rows(name, rows) for name, rows in ROWS.items()})
    assert contents(read_workbook(saved).tables) == contents(expected)


def test_libreoffice_keeps_the_names_and_lists_of_the_template(tmp_path: Path) -> None:
    write_template(tmp_path / "october.xlsx")
    (tmp_path / "saved").mkdir()
    book = openpyxl.load_workbook(save_in_libreoffice(tmp_path / "october.xlsx", tmp_path / "saved"))
    assert book.sheetnames == ["说明", *(table.zh for table in TABLES)]
    lists = [check for check in book["员工"].data_validations.dataValidation if check.type == "list"]
    assert any("顾问" in check.formula1 for check in lists)


def test_an_export_saved_by_libreoffice_reads_as_it_was(tmp_path: Path) -> None:
    write_workbook(team(note="=1+1"), tmp_path / "book.xlsx", headers="zh")
    (tmp_path / "saved").mkdir()
    saved = save_in_libreoffice(tmp_path / "book.xlsx", tmp_path / "saved")
    assert contents(read_workbook(saved).tables) == contents(team(note="=1+1"))

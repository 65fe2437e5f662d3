"""Units through the workbook: in, out again, and what is a fault."""

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.deals.units import check_receivable
from crm.deals.units_models import DealUnit, StockUnit
from crm.errors import Conflict
from crm.exchange.services import Importer, export_workbook, import_workbook
from crm.extensions import db
from crm.workbook.faults import FaultyWorkbook
from tests.deals_way.conftest import AT
from tests.exchange.workbooks import WHOLE, write

UNITS = """unit_id,project,building,floor,number,unit_kind,area,list_price,presale_permit,status
007,滨江壹号,1栋,3,301,residential,98.5,2860000,预字第1号,
008,滨江壹号,1栋,3,302,parking,,,,
009,滨江壹号,1栋,3,303,parking,,,预字第1号,withheld
"""
DEALS = """deal_id,customer_id,staff_id,unit_kind,holding_deposit_on,cancelled_on,stock_units
D1,C1,A1,residential,2026-11-05,,007;008
D2,C2,A2,residential,2026-11-06,2026-11-07,007
"""
TABLES = {name: WHOLE[name] for name in ("staff", "customers", "contacts")}


def bring(tmp_path, project=None, **tables):
    folder = write(tmp_path / "book", TABLES, **tables)
    return import_workbook(folder, Importer("admin", project), AT)


def claims():
    query = (
        select(DealUnit.unit_id, DealUnit.deal_id).where(DealUnit.until.is_(None)).order_by(DealUnit.unit_id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def test_units_and_the_deals_that_have_them_come_in_and_go_out(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS)
    assert claims() == [("007", "D1"), ("008", "D1")]
    assert db.session.get_one(StockUnit, "009").status == "withheld"
    export_workbook(tmp_path / "out.xlsx")
    assert import_workbook(tmp_path / "out.xlsx", Importer("admin"), AT).nothing_changed


def test_a_cancelled_deal_gives_its_units_back(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS)
    bring(tmp_path, stock_units=UNITS, deals=DEALS.replace("2026-11-05,,", "2026-11-05,2026-11-09,"))
    assert claims() == []


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("010", "names nothing in stock_units"),
        ("007", "which deal D1 has too"),
        ("009", "has 009, which is withheld from sale; expected a unit that is for sale"),
    ],
)
def test_an_unknown_unit_one_of_another_live_deal_and_one_withheld_are_faults(
    store, tmp_path, cell, sentence
):
    deals = DEALS + f"D3,C2,A2,residential,2026-11-08,,{cell}\n"
    with pytest.raises(FaultyWorkbook) as caught:
        bring(tmp_path, stock_units=UNITS, deals=deals)
    fault = caught.value.faults[0]
    assert (fault.table, fault.row, fault.column) == ("deals", 4, "stock_units")
    assert sentence in fault.sentence("en")
    assert claims() == []


def test_a_stored_live_deal_keeps_its_unit_against_a_file(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS)
    other = "deal_id,customer_id,staff_id,unit_kind,holding_deposit_on,stock_units\nD9,C2,A2,residential,2026-11-08,007\n"
    with pytest.raises(FaultyWorkbook):
        bring(tmp_path, deals=other)


def test_a_manager_imports_only_units_of_the_own_project(store, tmp_path):
    bring(tmp_path)
    with pytest.raises(FaultyWorkbook) as caught:
        bring(tmp_path, project="滨江壹号", stock_units=UNITS.replace("007,滨江壹号", "007,湖畔花园"))
    assert caught.value.faults[0].table == "stock_units"


def test_a_stored_unit_that_is_withheld_cannot_be_named_by_a_file_without_units(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS)
    other = "deal_id,customer_id,staff_id,unit_kind,holding_deposit_on,stock_units\nD9,C2,A2,residential,2026-11-08,009\n"
    with pytest.raises(FaultyWorkbook, match="销控") as caught:
        bring(tmp_path, deals=other)
    fault = caught.value.faults[0]
    assert (fault.table, fault.row, fault.column, fault.value) == ("deals", 2, "stock_units", "009")
    assert fault.expected.en == "a unit that is for sale"


def test_a_file_cannot_withhold_a_unit_that_a_stored_deal_has(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS)
    with pytest.raises(FaultyWorkbook, match="不能销控") as caught:
        bring(tmp_path, stock_units=UNITS.replace("预字第1号,\n008", "预字第1号,withheld\n008"))
    fault = caught.value.faults[0]
    assert (fault.table, fault.row, fault.column, fault.value) == ("stock_units", 2, "status", "withheld")


def test_a_cancelled_deal_may_name_a_withheld_unit(store, tmp_path):
    bring(tmp_path, stock_units=UNITS, deals=DEALS + "D3,C2,A2,residential,2026-11-06,2026-11-07,009\n")
    assert claims() == [("007", "D1"), ("008", "D1")]


def test_a_unit_without_a_permit_is_a_warning_and_no_money_is_taken_for_it(store, tmp_path):
    warning = permit_warning(bring(tmp_path, stock_units=UNITS, deals=DEALS))
    assert (warning.table, warning.row, warning.value) == ("deals", 2, "007;008")
    assert "008, which has no presale permit" in warning.sentence("en")
    deal = db.session.get_one(Deal, "D1")
    with pytest.raises(Conflict, match="presale permit"):
        check_receivable(db.session(), deal)


def permit_warning(done):
    """The one warning of a missing permit."""
    (warning,) = [one for one in done.warnings if one.column == "stock_units"]
    return warning


def test_a_file_without_units_is_warned_of_a_stored_one_without_a_permit(store, tmp_path):
    bring(tmp_path, stock_units=UNITS)
    warning = permit_warning(bring(tmp_path, deals=DEALS))
    assert (warning.table, warning.row, warning.value) == ("deals", 2, "007;008")

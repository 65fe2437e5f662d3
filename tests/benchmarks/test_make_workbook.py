"""The workbook for measuring: valid, of the size asked for, and the same from the same seed."""

from pathlib import Path

from benchmarks.make_workbook import make_tables
from crm.workbook.read import read_workbook
from crm.workbook.write import write_workbook


def test_it_reads_without_a_fault_and_has_the_contacts_asked_for(tmp_path: Path) -> None:
    write_workbook(make_tables(3000, seed=1), tmp_path / "book")
    tables = read_workbook(tmp_path / "book").tables
    assert len(tables["contacts"]) == 3000
    assert len(tables["customers"]) == 300
    assert len(tables["staff"]) == 200
    assert all(len(tables[name]) for name in ("deals", "reports", "roster", "transfers", "waivers", "quotas"))


def test_the_same_seed_gives_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_workbook(make_tables(500, seed), tmp_path / f"{name}.zip")
    first, again, other = ((tmp_path / f"{name}.zip").read_bytes() for name in "abc")
    assert first == again
    assert first != other

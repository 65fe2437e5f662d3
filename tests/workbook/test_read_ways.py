"""The three readers of CSV give equal frames, or the fast ones keep silent and the careful one speaks."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.rulebook.tables import NO_DAY, NO_TIME
from crm.workbook.careful import read_careful
from crm.workbook.csvtext import BrokenCsv, encoding_of, records
from crm.workbook.fast import read_fast
from crm.workbook.fast_arrow import read_arrow
from crm.workbook.fast_pandas import read_pandas
from crm.workbook.faults import FaultLog
from crm.workbook.frames import empty_frame, frame_from_rows, tables_of
from crm.workbook.loaded import Loaded
from crm.workbook.read import Way, read_workbook
from crm.workbook.schema import BY_NAME, TABLES
from tests.workbook.books import folder, good

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "cases").glob("*/staff.csv"))
ENGINES = [read_arrow, read_pandas]


@pytest.mark.parametrize("way", ["arrow", "pandas"])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_case_reads_the_same_by_every_way(case: Path, way: Way) -> None:
    careful, fast = read_workbook(case, way="careful"), read_workbook(case, way=way)
    for table in TABLES:
        pd.testing.assert_frame_equal(fast.tables[table.name], careful.tables[table.name])
    assert fast.warnings == careful.warnings


def carefully(name: str, content: bytes) -> tuple[Loaded, list[Any]] | None:
    """The careful reading of a CSV and its faults; None where it is not text or its quotes do not add up."""
    faults, warnings = FaultLog(), FaultLog()
    encoding = encoding_of(content)
    if encoding is None:
        return None
    try:
        loaded = read_careful(
            BY_NAME[name], name, records(content, encoding), faults, warnings, lambda rows: None
        )
    except BrokenCsv:
        return None
    return loaded, faults.faults


def agree(name: str, content: bytes) -> bool:
    """Assert that no fast reader contradicts the careful one; say whether both spoke."""
    careful = carefully(name, content)
    spoke = []
    for engine in ENGINES:
        fast = read_fast(BY_NAME[name], name, content, engine)
        spoke.append(fast is not None)
        if fast is None:
            continue
        assert careful is not None
        assert careful[1] == [], [one.sentence() for one in careful[1]]
        pd.testing.assert_frame_equal(fast[0].frame, careful[0].frame)
        assert [fast[0].row(place) for place in range(len(fast[0]))] == list(careful[0].rows)
    return all(spoke)


HEADER = "contact_id,customer_id,staff_id,kind,happened_at,recorded_at,effective,note,next_on\n"
ROW = "K1,007,A01,visit,2026-10-02T10:30:00,2026-10-02T18:00:00,1,看了样板间,2026-10-05\n"


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        HEADER + ROW.rstrip("\n"),
        "\ufeff" + HEADER + ROW,
        (HEADER + ROW).replace("\n", "\r\n"),
        HEADER + ROW.replace("看了样板间", '"说 ""好"",\n第二行"'),
        HEADER + ROW.replace("看了样板间", '""'),
        HEADER + ROW + ROW.replace("K1", "K2").replace("T", " "),
        HEADER + ROW.replace("visit", "来访").replace("2026-10-05", "2026/10/5"),
        HEADER + ROW.replace("1,看", ",看").replace("2026-10-05", ""),
        HEADER.replace("note", "unknown") + ROW,
    ],
)
def test_ordinary_files_are_read_fast(content: str) -> None:
    assert agree("contacts", content.encode())


@pytest.mark.parametrize(
    "content",
    [
        HEADER + "\n" + ROW,
        HEADER + ROW.replace("看了样板间", 'a"b'),
        HEADER + ROW.replace("看了样板间", '"a"b'),
        HEADER + ROW.replace("看了样板间", "\x00"),
        HEADER + ROW.replace("看了样板间", "  "),
        HEADER + ROW.replace("K1", " K1"),
        HEADER + ROW.replace("K1", ""),
        HEADER + ROW.replace("T10:30:00", "T10:61:00"),
        HEADER + ROW.replace("2026-10-05", "2026-02-30"),
        HEADER + ROW.replace("\n", ",extra\n"),
        (HEADER + ROW).replace("\n", "\r"),
        HEADER + ROW.replace("看了样板间", "长" * 40_000),
        HEADER.replace("note", "kind") + ROW,
        HEADER,
    ],
)
def test_on_any_doubt_the_fast_readers_keep_silent(content: str) -> None:
    for engine in ENGINES:
        assert read_fast(BY_NAME["contacts"], "contacts", content.encode(), engine) is None


def test_gb18030_is_left_to_the_careful_reader() -> None:
    for engine in ENGINES:
        assert read_fast(BY_NAME["contacts"], "contacts", (HEADER + ROW).encode("gb18030"), engine) is None


def test_ids_keep_their_leading_zeros_by_every_way(tmp_path: Path) -> None:
    book = good()
    for row in book["customers"] + book["contacts"] + book["deals"]:
        row["customer_id"] = "007"
    path = folder(tmp_path / "book", book)
    ways: tuple[Way, ...] = ("careful", "arrow", "pandas")
    for way in ways:
        assert list(read_workbook(path, way=way).tables["contacts"]["customer_id"]) == ["007"]


def test_without_pyarrow_large_files_are_still_read_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = good()
    book["calendar"] = [
        {"date": f"{year}-{month:02}-{day:02}", "workday": "1"}
        for year in range(2004, 2027)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    path = folder(tmp_path / "book", book)
    expected = read_workbook(path, way="careful").tables["calendar"]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "crm.workbook.fast_arrow")
    pd.testing.assert_frame_equal(read_workbook(path).tables["calendar"], expected)


CELLS = st.sampled_from(
    [
        "",
        " ",
        "K1",
        "K2",
        "007",
        "来访",
        "visit",
        "1",
        "0",
        "2026-10-02",
        "2026/10/2",
        "2026-10-02T10:30:00",
        "2026-10-02 10:30",
        "2026-10-02T10:30:00Z",
        " 2026-10-02",
        '"',
        '""',
        '"a,b"',
        '"a\nb"',
        'a"b',
        "\u3000",
        "\t",
        "K\x7f",
        "长",
        "\x00",
        "2026-10",
        "NA",
        "null",
        "nan",
        "-0",
        "1.0",
        '"1"',
        "\x1f",
        "\x85",
    ]
)
PLAIN = ("K1", "C1", "A01", "visit", "2026-10-02T10:30:00", "2026-10-02T18:00:00", "1", "好", "2026-10-05")


@st.composite
def contact_files(draw: st.DrawFn) -> str:
    """A file of contacts, clean but for a few odd cells, lines and ends."""
    lines = [HEADER.rstrip("\n")]
    for number in range(draw(st.integers(1, 4))):
        cells = [f"K{number}", *PLAIN[1:]]
        for place in draw(st.lists(st.integers(0, len(cells) - 1), max_size=2)):
            cells[place] = draw(CELLS)
        lines.append(",".join(cells))
        lines += (
            draw(st.lists(st.sampled_from(["", ",,,,,,,,", " "]), max_size=1)) if draw(st.booleans()) else []
        )
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    start = draw(st.sampled_from(["", "\ufeff"]))
    return start + newline.join(lines) + draw(st.sampled_from(["", newline, newline * 2]))


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contact_files())
def test_no_fast_reader_ever_contradicts_the_careful_one(content: str) -> None:
    agree("contacts", content.encode())


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r \t1'), max_size=40))
def test_odd_quoting_is_read_alike_or_left_alone(tail: str) -> None:
    agree("calendar", f"date,workday,note\n2026-10-10,1,{tail}\n".encode())


def test_an_empty_frame_has_every_column_with_its_dtype() -> None:
    for table in TABLES:
        frame = empty_frame(table)
        assert list(frame.columns) == [column.name for column in table.columns]
        pd.testing.assert_frame_equal(frame, frame_from_rows(table, []))


def test_what_is_left_out_of_a_row_is_not_known_or_the_default() -> None:
    frame = frame_from_rows("staff", [{"staff_id": "A01", "role": "consultant"}])
    row = frame.iloc[0]
    assert (row["hired_on"], row["probation_months"], row["contract_years"]) == (NO_DAY, 6, 3)
    assert row["monthly_base_pay"] is None
    assert frame_from_rows("contacts", [{}]).iloc[0]["happened_at"] == NO_TIME
    assert bool(frame_from_rows("contacts", [{}]).iloc[0]["effective"]) is True


def test_a_column_that_the_table_has_not_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match=r"staff\.shoe_size"):
        frame_from_rows("staff", [{"shoe_size": 42}])


def test_tables_of_fills_in_what_is_missing() -> None:
    tables = tables_of({"staff": frame_from_rows("staff", [{"staff_id": "A01"}])})
    assert len(tables["staff"]) == 1
    assert len(tables["deals"]) == 0

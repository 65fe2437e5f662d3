"""Whatever is done to the bytes of a good workbook, reading it ends in tables or in a sentence."""

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.workbook.faults import WorkbookError
from crm.workbook.read import Workbook, read_workbook
from tests.workbook.books import csv_text, good, spreadsheet, zipped

CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)


@cache
def whole(suffix: str) -> bytes:
    """The bytes of the good book in that form."""
    with tempfile.TemporaryDirectory() as place:
        make = spreadsheet if suffix == "xlsx" else zipped
        return make(Path(place) / f"book.{suffix}", good()).read_bytes()


def mutated(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    """Some bytes replaced, by their relative place."""
    changed = bytearray(content)
    for place, value in changes:
        changed[int(place * len(changed))] = value
    return bytes(changed)


def read_bytes(content: bytes, name: str) -> Workbook | WorkbookError:
    """What reading a file of these bytes ends in; any other exception is a failure."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        try:
            return read_workbook(path.parent if name.endswith(".csv") else path)
        except WorkbookError as error:
            refusal = error
    assert refusal.sentence("zh")
    assert refusal.sentence("en")
    return refusal


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "zip"])
@settings(max_examples=150, deadline=None)
@given(changes=CHANGES)
def test_changed_bytes_of_an_archive(suffix: str, changes: list[tuple[float, int]]) -> None:
    read_bytes(mutated(whole(suffix), changes), f"book.{suffix}")


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(changes=CHANGES)
def test_changed_bytes_of_a_csv(changes: list[tuple[float, int]]) -> None:
    read_bytes(mutated(csv_text(good()["staff"]).encode(), changes), "staff.csv")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(changes=CHANGES, part=st.integers(0, 30))
def test_changed_bytes_inside_a_sound_archive(changes: list[tuple[float, int]], part: int) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole("xlsx"))) as old, zipfile.ZipFile(content, "w") as new:
        infos = old.infolist()
        for number, info in enumerate(infos):
            data = old.read(info)
            new.writestr(
                info.filename, mutated(data, changes) if number == part % len(infos) and data else data
            )
    read_bytes(content.getvalue(), "book.xlsx")

"""How a value is written, and that no CSV cell is ever a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.workbook.write_cells import escape_cell, unescape_cell

FORMULAS = ["=1+1", "+8613800000001", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
DISGUISED = ["  =1", "　=1", "＝1+1", "＋1", "－1", "＠x", "\u200b=1", "\ufeff@x", "\x0b=1", " \t+1"]
HARMLESS = ["王芳", "13800000001", "a=b", "'tis", "''", "", "1-2", " 看房", "x\t=1"]


@pytest.mark.parametrize("text", FORMULAS + DISGUISED)
def test_a_cell_that_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert escape_cell(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_cell_is_left_alone_both_ways(text: str) -> None:
    assert escape_cell(text) == text
    assert unescape_cell(text) == text


def test_one_who_typed_an_apostrophe_before_a_formula_gets_it_back() -> None:
    assert escape_cell("'=1") == "''=1"
    assert unescape_cell("''=1") == "'=1"


@given(
    st.text(alphabet=st.sampled_from(list("'=+-@\t\r\n 　＝＋１a\u200b\x00")) | st.characters(codec="utf-8"))
)
def test_reading_gives_back_what_was_written_and_nothing_written_begins_like_a_formula(text: str) -> None:
    written = escape_cell(text)
    assert unescape_cell(written) == text
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r"))

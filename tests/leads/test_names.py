"""Names in pinyin: surnames are read as surnames."""

import pytest

from crm.leads.names import initials, plain, spelling
from crm.leads.search_terms import GRAM, LETTERS, TAIL, grams, needed_grams, terms_of


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("李小明", "lxm"),
        ("单雄信", "sxx"),
        ("曾先生", "zxs"),
        ("解女士", "xns"),
        ("仇英", "qy"),
        ("任盈盈", "ryy"),
        ("区太太", "ott"),
        ("朴先生", "pxs"),
        ("查良镛", "zly"),
        ("尉迟恭", "ycg"),
        ("万俟先生", "mqxs"),
        ("欧阳锋", "oyf"),
        ("翟先生", "zxs"),
        ("乐嘉", "yj"),
        ("盖叫天", "gjt"),
        ("单于", "cy"),
        ("John Smith", "js"),
    ],
)
def test_initials_read_surnames_as_surnames(name, read):
    assert initials(name) == read


@pytest.mark.parametrize(
    ("name", "spelt"), [("单小红", "shan xiao hong"), ("曾国强", "zeng guo qiang"), ("朴树", "piao shu")]
)
def test_the_spelling_sorts_by_the_surname_as_it_is_read(name, spelt):
    assert spelling(name) == spelt


def test_a_surname_character_within_a_name_is_read_as_in_a_word():
    assert initials("李单") == "ld"


def test_names_are_compared_in_one_width_and_without_spaces():
    assert plain("Ａlice　Ｗ") == "alicew"


@pytest.mark.parametrize("name", ["", "  ", "😀", "𠮷野家", "㐂先生", "!!"])
def test_odd_names_give_terms_and_no_error(name):
    terms_of(name, None)


def test_terms_are_characters_pairs_initials_pinyin_and_numbers_backwards():
    assert terms_of("李小明", "13812345678") == {
        (GRAM, "李"),
        (GRAM, "小"),
        (GRAM, "明"),
        (GRAM, "李小"),
        (GRAM, "小明"),
        (LETTERS, "lxm"),
        (LETTERS, "lixiaoming"),
        (TAIL, "87654321831"),
    }


def test_a_search_needs_only_terms_that_the_name_has():
    for part in ("李", "李小", "李小明", "小明"):
        assert needed_grams(part) <= grams("李小明")
    assert not needed_grams("李明") <= grams("李小明")

"""What is a complete number, and when two writings are one number."""

import pytest

from crm.leads.identity import fingerprint, first_of, normalized, numbers_of


@pytest.mark.parametrize(
    "written",
    ["13812345678", "+8613812345678", "0086-138-1234-5678", "86 138 1234 5678", "１３８１２３４５６７８"],
)
def test_one_mobile_number_is_one_number_however_it_is_written(written):
    assert normalized(written) == "13812345678"


@pytest.mark.parametrize("written", ["021-61234567", "02161234567", "(021) 6123 4567", "+86-21-61234567"])
def test_a_landline_is_complete_with_its_area_code(written):
    assert normalized(written) == "02161234567"


@pytest.mark.parametrize(
    ("written", "kept"), [("+852 9123 4567", "85291234567"), ("400-820-8888", "4008208888")]
)
def test_numbers_from_abroad_and_service_numbers_are_numbers_too(written, kept):
    assert normalized(written) == kept


@pytest.mark.parametrize(
    "written", ["", "138", "1381234567", "138123456789", "61234567", "12345678901", "电话", "1" * 500]
)
def test_what_is_not_complete_is_no_number(written):
    assert normalized(written) is None


def test_a_cell_of_several_numbers_gives_each_once():
    assert numbers_of("13812345678; +86 13812345678；021-61234567;") == ["13812345678", "02161234567"]
    assert numbers_of(None) == []
    assert first_of("021-61234567;13812345678") == "02161234567"


def test_an_odd_imported_number_is_compared_by_its_digits():
    assert numbers_of("8899 内线 12") == ["889912"]


def test_a_normal_form_stays_as_it_is():
    for number in ("13812345678", "02161234567", "85291234567", "4008208888"):
        assert numbers_of(number) == [number]


def test_the_log_keeps_no_number():
    kept = fingerprint("13812345678", "secret")
    assert kept == fingerprint("13812345678", "secret")
    assert kept != fingerprint("13812345678", "another secret")
    assert "1381" not in kept

"""Amounts as people in China write them."""

from decimal import Decimal

import pytest

from crm.deals.amounts import parse_yuan
from crm.errors import Invalid


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("286万", "2860000"),
        ("286.5万", "2865000"),
        ("286.5 万元", "2865000"),
        ("2860000", "2860000"),
        ("2,860,000", "2860000"),
        ("¥2860000.50", "2860000.50"),
        ("￥2，860，000元", "2860000"),
        ("２８６万", "2860000"),
        ("人民币 286w", "2860000"),
        ("0", "0"),
        ("1.000001万", "10000.01"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text, yuan):
    assert parse_yuan(text) == Decimal(yuan)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_is_not_known(text):
    assert parse_yuan(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "-5", "2.8.6万", "28,60", "0.001", "1000000000000", "286亿", "1e6", "万", "٣"]
)
def test_what_is_no_amount_is_refused_beside_its_field(text):
    with pytest.raises(Invalid) as problem:
        parse_yuan(text)
    assert problem.value.field == "amount"

"""Money as people in China write it: `286万`, `2,860,000`, `¥286.5 万元`."""

import re
import unicodedata
from decimal import Decimal

from crm.errors import Invalid

WAN = 10_000
# Renminbi in words or as a sign, the number, \u4e07 (ten thousands), \u5143 (yuan).
_SHAPE = re.compile(
    r"(?:\u4eba\u6c11\u5e01|RMB|[¥￥])?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([\u4e07wW])?\u5143?"
)
LARGEST = Decimal(10) ** 12
FEN = Decimal("0.01")


def parse_yuan(text: str | None, field: str = "amount") -> Decimal | None:
    """The amount in yuan, None for an empty text; `Invalid` says what was expected."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))
    if not plain:
        return None
    found = _SHAPE.fullmatch(plain)
    if found is None:
        raise Invalid(
            "金额看不懂，请写成 286万 或 2860000 这样。",
            "The amount is not understood; write it like 2860000 or 286w.",
            field,
        )
    number = Decimal(found[1].replace(",", "") + (found[2] or ""))
    yuan = number * WAN if found[3] else number
    if yuan >= LARGEST or yuan != yuan.quantize(FEN):
        raise Invalid(
            "金额最多到分，并且要小于一万亿元。",
            "An amount has at most two decimals and is less than a million million yuan.",
            field,
        )
    return yuan.quantize(FEN)

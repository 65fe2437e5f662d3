"""Amounts as receipts spell them in China."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(yuan: Decimal) -> str:
    """An amount as receipts spell it, so that no digit can be added: 贰佰捌拾陆万元整."""
    fen = int(abs(yuan) * 100)
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text = (_whole(whole) + "元") if whole else ""
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif rest and whole:
        text += "零"
    text += _DIGITS[rest] + "分" if rest else "整"
    return ("负" if yuan < 0 else "") + (text if fen else "零元整")


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        if text and (group < 1000 or groups[place + 1] == 0):
            text += "零"
        text += _group(group) + _GROUPS[place]
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text

"""One cell and what it means: the only place that decides whether a value is a date, an amount, a choice.

`parse` takes what a CSV (text) or a spreadsheet (text, float, bool, date) holds and gives the value as
`crm.rulebook.tables` wants it: a day number, seconds, Decimal, bool, int or text; None for an empty cell.
Anything else raises `BadCell`. Both readers, the fast and the careful one, ask here.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from unicodedata import normalize

from crm.rulebook.tables import SECONDS_A_DAY, day_number
from crm.workbook.faults import Words
from crm.workbook.schema import Column, Kind

Value = str | int | bool | Decimal
# What Excel can hold in one cell, so that whatever is read can be exported again.
LONGEST_TEXT = 32_767
# Excel keeps 15 digits of a number: of a longer one that was meant as text, the rest is lost.
_LARGEST_EXACT = 10**15
# Cents of the largest amount still fit a 64-bit integer with room to add up a million of them.
_LARGEST_AMOUNT = Decimal(10) ** 11
_LARGEST_INTEGER = {"probation_months": 600}
_LARGEST_UNITS = 1_000_000
_FIRST_DATE = date(1900, 1, 1)
_LAST_DATE = date(2199, 12, 31)
SHANGHAI_OFFSET = 8 * 3600

_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4}([-/])[0-9]{1,2}\2[0-9]{1,2})(?:[Tt]| +)"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?)?"
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}(?:\.0*)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.[0-9]{0,20})?")
_FLOAT_PHONE = re.compile(r"\+?[0-9]+\.0")
_CUT_NUMBER = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+")
_BAD_LETTER = re.compile("[\x00\ud800-\udfff]")
_BAD_ID_LETTER = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TRUE = frozenset({"1", "是", "true"})
_FALSE = frozenset({"0", "否", "false"})

EXPECTED_DATE = Words(" 2026-10-31 这样的写法", "a date such as 2026-10-31")
EXPECTED_TIME = Words(" 2026-10-31T09:05:00 这样的写法", "a time such as 2026-10-31T09:05:00")
_EXPECTED_MONTH = Words(" 2026-10 这样的写法", "a month such as 2026-10")
_EXPECTED_BOOLEAN = Words(" 1 或 0", "1 or 0")
_EXPECTED_INTEGER = Words("整数", "a whole number")
_EXPECTED_DECIMAL = Words(" 4200 或 4200.50 这样的数字", "a number such as 4200 or 4200.50")
_EXPECTED_FEN = Words("最多两位小数的金额(元)", "an amount in yuan with at most two decimals")
_EXPECTED_TEXT = Words("文本", "text")
_EXPECTED_PLAIN = Words("不含控制字符的文本", "text without control characters")
_EXPECTED_WHOLE = Words("按文本保存的完整号码", "the whole number, kept as text")
NEGATIVE = Words("是负数", "is negative")
EXPECTED_POSITIVE = Words(" 0 或更大的数", "0 or more")
MISSING = Words("没有填写", "is missing")


class BadCell(ValueError):
    """A cell that does not hold what its column wants."""

    def __init__(self, wrong: Words, expected: Words) -> None:
        super().__init__(wrong.en)
        self.wrong = wrong
        self.expected = expected


class ErrorCell:
    """A spreadsheet cell that holds an error such as #N/A, which readers would take for an empty one."""

    def __str__(self) -> str:
        return "#N/A"


def parse(column: Column, cell: object) -> Value | None:
    """The value of a cell of that column; None where it is empty; BadCell where it is something else."""
    if isinstance(cell, str):
        cell = cell if column.kind is Kind.TEXT else cell.strip()
        if not cell or cell.isspace():
            return None
    elif cell is None:
        return None
    elif isinstance(cell, ErrorCell):
        wrong = Words("是公式错误值", "is the error of a formula")
        raise BadCell(wrong, Words("公式的结果", "the result of the formula"))
    return _PARSERS[column.kind](column, cell)


def _text(_column: Column, cell: object) -> str:
    text = _as_text(cell)
    if _BAD_LETTER.search(text):
        raise BadCell(Words("含有不能保存的字符", "holds a character that cannot be stored"), _EXPECTED_PLAIN)
    if len(text) > LONGEST_TEXT:
        longest = Words(f"最多 {LONGEST_TEXT} 个字", f"at most {LONGEST_TEXT} characters")
        raise BadCell(Words("太长", "is too long"), longest)
    return text


def _id(column: Column, cell: object) -> str:
    text = _text(column, cell)
    if _BAD_ID_LETTER.search(text):
        raise BadCell(Words("含有控制字符或换行", "holds a control character or line break"), _EXPECTED_PLAIN)
    return text


def _phones(column: Column, cell: object) -> str:
    text = _text(column, cell)
    if _CUT_NUMBER.fullmatch(text):
        raise _cut()
    return text[:-2] if _FLOAT_PHONE.fullmatch(text) else text


def _cut() -> BadCell:
    wrong = Words("已被表格软件当作数字截断", "was cut by the spreadsheet, which took it for a number")
    return BadCell(wrong, _EXPECTED_WHOLE)


def _as_text(cell: object) -> str:
    """Text of a cell; a number that a spreadsheet made of an id comes back without `.0`."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if not abs(cell) < _LARGEST_EXACT:
            raise _cut()
        return str(int(cell)) if cell == int(cell) else format(cell, ".15g")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    raise BadCell(Words("不是文本", "is not text"), _EXPECTED_TEXT)


def _date(_column: Column, cell: object) -> int:
    on = _date_of_cell(cell) if isinstance(cell, date) else _date_of_text(cell)
    if on is None:
        raise BadCell(Words("不是日期", "is not a date"), EXPECTED_DATE)
    return day_number(_in_range(on))


def _date_of_cell(cell: date) -> date | None:
    if not isinstance(cell, datetime):
        return cell
    return cell.date() if cell.time() == time(0) and cell.tzinfo is None else None


def _date_of_text(cell: object) -> date | None:
    match = _DATE.fullmatch(cell) if isinstance(cell, str) else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def _in_range(on: date) -> date:
    if not _FIRST_DATE <= on <= _LAST_DATE:
        span = Words(f" {_FIRST_DATE} 至 {_LAST_DATE} 之间的日期", f"{_FIRST_DATE} to {_LAST_DATE}")
        raise BadCell(Words("超出范围", "is out of range"), span)
    return on


def _month(_column: Column, cell: object) -> int:
    on = cell if isinstance(cell, date) else _date_of_text(cell) or _month_of_text(cell)
    if on is None:
        raise BadCell(Words("不是月份", "is not a month"), _EXPECTED_MONTH)
    return day_number(_in_range(date(on.year, on.month, 1)))


def _month_of_text(cell: object) -> date | None:
    match = _MONTH.fullmatch(cell) if isinstance(cell, str) else None
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) == 0:
        return None
    return date(int(match[1]), int(match[2]), 1)


def _timestamp(_column: Column, cell: object) -> int:
    seconds = _seconds_of_cell(cell) if isinstance(cell, date) else _seconds_of_text(cell)
    if seconds is None:
        raise BadCell(Words("不是时间", "is not a time"), EXPECTED_TIME)
    return seconds


def _seconds_of_cell(cell: date) -> int:
    if not isinstance(cell, datetime):
        return day_number(_in_range(cell)) * SECONDS_A_DAY
    local = cell
    if cell.tzinfo is not None:
        offset = cell.utcoffset() or timedelta(0)
        local = cell.replace(tzinfo=None) - offset + timedelta(seconds=SHANGHAI_OFFSET)
    # A spreadsheet keeps times as fractions of a day: 09:05:00 may come back as 09:04:59.9999.
    local += timedelta(microseconds=500)
    return day_number(_in_range(local.date())) * SECONDS_A_DAY + _clock(
        local.hour, local.minute, local.second
    )


def _seconds_of_text(cell: object) -> int | None:
    match = _TIMESTAMP.fullmatch(cell) if isinstance(cell, str) else None
    on = _date_of_text(match[1]) if match else None
    if match is None or on is None:
        return None
    hour, minute, second = int(match[3]), int(match[4]), int(match[5] or 0)
    east = _offset(match)
    if hour > 23 or minute > 59 or second > 59 or east is None:
        return None
    return day_number(_in_range(on)) * SECONDS_A_DAY + _clock(hour, minute, second) + SHANGHAI_OFFSET - east


def _offset(match: re.Match[str]) -> int | None:
    """Seconds east of Greenwich; Shanghai's where none is written; None where there is no such offset."""
    if match[6]:
        return 0
    if not match[7]:
        return SHANGHAI_OFFSET
    hours, minutes = int(match[8]), int(match[9] or 0)
    if hours > 15 or minutes > 59:
        return None
    return (-1 if match[7] == "-" else 1) * (hours * 3600 + minutes * 60)


def _clock(hour: int, minute: int, second: int) -> int:
    return hour * 3600 + minute * 60 + second


def _boolean(_column: Column, cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    word = str(int(cell)) if isinstance(cell, float | int) and cell in (0, 1) else str(cell).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise BadCell(Words("不是 1 或 0", "is neither 1 nor 0"), _EXPECTED_BOOLEAN)


def _integer(column: Column, cell: object) -> int:
    number = _decimal_of(cell, _EXPECTED_INTEGER)
    if number != number.to_integral_value() or (isinstance(cell, str) and not _INTEGER.fullmatch(cell)):
        raise BadCell(Words("不是整数", "is not a whole number"), _EXPECTED_INTEGER)
    largest = _LARGEST_INTEGER.get(column.name, _LARGEST_UNITS)
    if abs(number) > largest:
        raise BadCell(Words("太大", "is too large"), Words(f"不超过 {largest} 的整数", f"at most {largest}"))
    return int(_not_negative(number))


def _decimal(_column: Column, cell: object) -> Decimal:
    return _not_negative(_decimal_of(cell, _EXPECTED_DECIMAL))


def _money(column: Column, cell: object) -> Decimal:
    yuan = _decimal(column, cell)
    if yuan != round(yuan, 2):
        raise BadCell(Words("小数太多", "has too many decimals"), _EXPECTED_FEN)
    return yuan


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise BadCell(NEGATIVE, EXPECTED_POSITIVE)
    return number


def _decimal_of(cell: object, expected: Words) -> Decimal:
    """The number of a cell, exactly; a float as the 15 digits that the spreadsheet shows."""
    number: Decimal | None = None
    if isinstance(cell, str):
        number = Decimal(cell.replace(",", "")) if _DECIMAL.fullmatch(cell) else None
    elif isinstance(cell, Decimal):
        number = cell if cell.is_finite() else None
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < _LARGEST_EXACT:
        number = Decimal(int(cell)) if cell == int(cell) else Decimal(format(cell, ".15g"))
    if number is None:
        raise BadCell(Words("不是数字", "is not a number"), expected)
    if abs(number) > _LARGEST_AMOUNT:
        largest = Words(f"不超过 {_LARGEST_AMOUNT:f} 的数", f"at most {_LARGEST_AMOUNT:f}")
        raise BadCell(Words("太大", "is too large"), largest)
    return number


def _choice(column: Column, cell: object) -> str:
    word = normalize("NFKC", _as_text(cell)).strip()
    english = word.lower().replace(" ", "_")
    if english in column.choices:
        return english
    for value, chinese in column.choices.items():
        if word == normalize("NFKC", chinese):
            return value
    listed = "、".join(f"{chinese}({value})" for value, chinese in column.choices.items())
    raise BadCell(
        Words("不在可选值之内", "is not one of the choices"),
        Words(f"其中之一:{listed}", "one of " + ", ".join(column.choices)),
    )


_PARSERS: dict[Kind, Callable[[Column, object], Value]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.PHONES: _phones,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.TIMESTAMP: _timestamp,
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.CHOICE: _choice,
}

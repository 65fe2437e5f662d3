"""How numbers, money, days and times are said, in Chinese and in English. Pure: the day is passed in."""

import datetime as dt
import re
from decimal import Decimal

WEEKDAYS_ZH = "周一 周二 周三 周四 周五 周六 周日".split()
WEEKDAYS_EN = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS_EN = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MINUS = "\u2212"  # the minus sign, as wide as a digit; a hyphen is easily overlooked
WAN = 10_000
Number = Decimal | int


def number(value: Number | None, places: int | None = None) -> str:
    """Thousands apart, no needless zeros; a dash where there is none. `places` fixes the decimals."""
    if value is None:
        return "—"
    exact = Decimal(value)
    if places is not None:
        exact = round(exact, places)
    text = f"{abs(exact):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if exact < 0 else text


def money(value: Number | None, sign: bool = False) -> str:
    """Yuan: ¥1,200 or ¥1,200.50; `sign` also writes the plus."""
    if value is None:
        return "—"
    exact = Decimal(value)
    whole = exact == exact.to_integral_value()
    lead = MINUS if exact < 0 else "+" if sign and exact > 0 else ""
    return f"{lead}¥{abs(exact):,.{0 if whole else 2}f}"


def money_wan(value: Number | None, lang: str) -> str:
    """Large sums: ¥18.6万; English knows no 万 and gets the thousands. Never both on one page."""
    if value is None or lang == "en":
        return money(value if value is None else round(Decimal(value)))
    tens = round(Decimal(value) / WAN, 1)
    return f"{MINUS if tens < 0 else ''}¥{number(abs(tens))}万"


def percent(value: Number | None, places: int = 0) -> str:
    """A share of one as percent; a dash where there is none."""
    return "—" if value is None else f"{number(Decimal(value) * 100, places)}%"


def _calendar(day: dt.date, today: dt.date, lang: str) -> str:
    year = "" if day.year == today.year else f"{day.year}年" if lang == "zh" else f" {day.year}"
    if lang == "zh":
        return f"{year}{day.month}月{day.day}日"
    return f"{day.day} {MONTHS_EN[day.month - 1]}{year}"


def weekday(day: dt.date, lang: str) -> str:
    """周五, Fri."""
    return (WEEKDAYS_ZH if lang == "zh" else WEEKDAYS_EN)[day.weekday()]


def day_words(day: dt.date | None, today: dt.date, lang: str) -> str:
    """今天, 昨天, 明天; else 11月20日 周五, with the year when it is another one."""
    if day is None:
        return "—"
    near = {0: ("今天", "today"), -1: ("昨天", "yesterday"), 1: ("明天", "tomorrow")}
    words = near.get((day - today).days)
    if words:
        return words[lang == "en"]
    if lang == "en":
        return f"{weekday(day, lang)} {_calendar(day, today, lang)}"
    return f"{_calendar(day, today, lang)} {weekday(day, lang)}"


def clock_time(at: dt.datetime | dt.time) -> str:
    """18:30."""
    return f"{at.hour:02d}:{at.minute:02d}"


def moment(at: dt.datetime | None, today: dt.date, lang: str) -> str:
    """今天 18:30, 昨天 09:10, 11月20日 18:30; of another year only the day."""
    if at is None:
        return "—"
    day = at.date()
    if day.year != today.year and abs((day - today).days) > 1:
        return _calendar(day, today, lang)
    near = abs((day - today).days) <= 1
    return f"{day_words(day, today, lang) if near else _calendar(day, today, lang)} {clock_time(at)}"


def due_words(day: dt.date | None, today: dt.date, lang: str) -> str:
    """逾期 3 天, 今天到期, 明天到期, 11月26日到期. The due day itself is still in time."""
    if day is None:
        return "—"
    left = (day - today).days
    if left < 0:
        return f"逾期 {-left} 天" if lang == "zh" else f"{-left} day{'s' if left < -1 else ''} overdue"
    words = day_words(day, today, lang) if left <= 1 else _calendar(day, today, lang)
    return f"{words}到期" if lang == "zh" else f"due {words}"


def month_words(month: dt.date | str, lang: str) -> str:
    """2026年10月, Oct 2026; from a date or `2026-10`."""
    if isinstance(month, str):
        month = dt.date.fromisoformat(f"{month[:7]}-01")
    return f"{month.year}年{month.month}月" if lang == "zh" else f"{MONTHS_EN[month.month - 1]} {month.year}"


def _digits(phone: str) -> str:
    bare = re.sub(r"[\s()-]", "", phone)
    return re.sub(r"^(?:\+86|0086)", "", bare)


def phone_mask(phone: str | None) -> str:
    """138****5678; a landline keeps its area code; what is masked already stays so."""
    if not phone:
        return "—"
    bare = _digits(phone)
    if "*" in bare:
        return bare
    if len(bare) < 7:
        return "*" * max(len(bare) - 2, 0) + bare[-2:]
    landline = re.match(r"^(010|02\d|0[3-9]\d\d)(\d{7,8})$", bare)
    if landline:
        return f"{landline[1]}-****{bare[-4:]}"
    return f"{bare[:3]}****{bare[-4:]}"


def phone_groups(phone: str) -> str:
    """138 1234 5678, easy to read aloud."""
    bare = _digits(phone)
    return f"{bare[:3]} {bare[3:7]} {bare[7:]}" if re.fullmatch(r"1\d{10}", bare) else phone


def file_size(size: int) -> str:
    """3.4 MB, 12 kB."""
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} kB"
    return f"{number(round(Decimal(size) / 1_000_000, 1))} MB"

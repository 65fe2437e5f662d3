"""What is wrong with a workbook, in sentences that a sales manager can act on.

A `Fault` names the place (table, row, column), the value, and what was expected. The reader gathers all of
them in a `FaultLog` and raises them together; warnings are Faults too, only nobody raises them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

# A file that is wrong in every row must not fill the memory with sentences that nobody will read.
MOST_FAULTS = 100_000
# A terminal shows about this many rows; the rest is counted.
ROWS_NAMED = 5
_VALUE_SHOWN = 60


@dataclass(frozen=True)
class Words:
    """One message in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The message in `lang`, Chinese unless it is `en`."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or with `rows` and `count` one kind of thing in many rows.

    `table` and `column` are the schema's names (`table` may be a file name or "" for the whole workbook);
    `sheet` and `header` are what the file itself calls them. `row` is numbered as the spreadsheet does: the
    header is row 1. `wrong` says what is the matter, `expected` what the cell should hold, if there is such.
    """

    table: str
    row: int | None
    column: str | None
    value: str | None
    wrong: Words
    expected: Words | None = None
    sheet: str = ""
    header: str = ""
    rows: tuple[int, ...] = ()
    count: int = 1

    def sentence(self, lang: str = "zh") -> str:
        """Place, value, what is wrong and what was expected, as one line."""
        place = self._place(lang)
        if lang == "en":
            shown = "" if self.value is None else f" “{_short(self.value)}”"
            expected = f"; expected {self.expected.en}" if self.expected else ""
            return f"{place}:{shown} {self.wrong.en}{expected}{self._others(lang)}".lstrip(": ")
        shown = "" if self.value is None else f"「{_short(self.value)}」"
        expected = f",应为{self.expected.zh}" if self.expected else ""
        separator = ":" if place else ""
        return f"{place}{separator}{shown}{self.wrong.zh}{expected}{self._others(lang)}"

    def _place(self, lang: str) -> str:
        table = _both_names(self.sheet, self.table)
        column = _both_names(self.header, self.column or "")
        if lang == "en":
            row = f"row {self.row}" if self.row is not None else ""
        else:
            row = f"第 {self.row} 行" if self.row is not None else ""
        return " ".join(part for part in (table, row, column) if part)

    def _others(self, lang: str) -> str:
        if self.count <= 1:
            return ""
        named = "、".join(map(str, self.rows)) if lang != "en" else ", ".join(map(str, self.rows))
        if lang == "en":
            return f" ({self.count} such rows: {named}{', …' if self.count > len(self.rows) else ''})"
        return f"(共 {self.count} 处:第 {named} 行{'等' if self.count > len(self.rows) else ''})"


def _both_names(shown: str, name: str) -> str:
    """`客户(customers)` where the file says 客户, plain `customers` where it says that."""
    return f"{shown}({name})" if shown and name and shown != name else shown or name


def _short(value: str) -> str:
    """The value on one line and not longer than a terminal can bear, with nothing that could drive it."""
    line = "".join(letter if letter.isprintable() else " " for letter in value)
    return line if len(line) <= _VALUE_SHOWN else f"{line[:_VALUE_SHOWN]}…"


class WorkbookError(Exception):
    """A workbook that cannot be used as it is; `sentence(lang)` says why."""

    def sentence(self, lang: str = "zh") -> str:
        """Why, for the person who handed the file in."""
        raise NotImplementedError


class UnreadableFile(WorkbookError):
    """The file as such cannot be read: missing, broken, encrypted, dangerous, not a workbook at all."""

    def __init__(self, words: Words, lang: str = "zh") -> None:
        super().__init__(words.say(lang))
        self.words = words

    def sentence(self, lang: str = "zh") -> str:
        """One clear sentence."""
        return self.words.say(lang)


class FaultyWorkbook(WorkbookError):
    """The file was read and its contents are wrong; `faults` has every fault in the order of the file.

    `total` is larger than the list only beyond `MOST_FAULTS`.
    """

    def __init__(self, faults: Sequence[Fault], total: int | None = None, lang: str = "zh") -> None:
        self.faults = list(faults)
        self.total = len(self.faults) if total is None else total
        super().__init__(format_faults(self.faults, lang, total=self.total))

    def sentence(self, lang: str = "zh") -> str:
        """All sentences, grouped by table, with the count at the end."""
        return format_faults(self.faults, lang, total=self.total)


@dataclass
class FaultLog:
    """Gathers faults; knows what the file calls its tables and columns, so that sentences can say it."""

    faults: list[Fault] = field(default_factory=list)
    total: int = 0
    names: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    def call(self, table: str, sheet: str, headers: Mapping[str, str]) -> None:
        """Remember that the file calls `table` `sheet`, and its columns by `headers` (name → header)."""
        self.names[table] = (sheet, headers)

    def add(
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: object,
        wrong: Words,
        expected: Words | None = None,
    ) -> None:
        """One fault; `value` is shown as text, None where there is none to show."""
        self._keep(self._fault(table, row, column, value, wrong, expected))

    def add_many(self, table: str, rows: Iterable[int], column: str | None, wrong: Words) -> None:
        """One fault for many rows: the first few named, all counted; none where there are no rows."""
        numbers = sorted(int(row) for row in rows)
        if not numbers:
            return
        one = self._fault(table, numbers[0], column, None, wrong, None)
        named = tuple(numbers[:ROWS_NAMED])
        self._keep(replace(one, rows=named, count=len(numbers)))

    def _fault(
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: object,
        wrong: Words,
        expected: Words | None,
    ) -> Fault:
        sheet, headers = self.names.get(table, ("", {}))
        text = None if value is None else str(value)
        header = headers.get(column or "", "")
        place = None if row is None else int(row)
        return Fault(table, place, column, text, wrong, expected, sheet, header)

    def _keep(self, fault: Fault) -> None:
        self.total += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def format_faults(
    faults: Sequence[Fault], lang: str = "zh", *, total: int | None = None, warnings: bool = False
) -> str:
    """The sentences table by table and row by row, and the count as the last line; "" without any."""
    if not faults:
        return ""
    order = {name: place for place, name in enumerate(dict.fromkeys(fault.table for fault in faults))}
    ranked = sorted(faults, key=lambda fault: (order[fault.table], fault.row or 0))
    lines = [fault.sentence(lang) for fault in ranked]
    return "\n".join([*lines, _count_line(len(faults) if total is None else total, lang, warnings)])


def _count_line(total: int, lang: str, warnings: bool) -> str:
    if lang == "en":
        what = "warning" if warnings else "fault"
        return f"{total} {what}{'' if total == 1 else 's'}{'' if warnings else '; nothing was changed'}."
    return f"共 {total} 条提醒。" if warnings else f"共 {total} 处错误；没有改动任何内容。"

"""`read_workbook`: a workbook from a file into the core's tables, or every fault that it has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Literal

from crm.rulebook.tables import Tables
from crm.workbook.careful import Record, read_careful
from crm.workbook.cells import ErrorCell
from crm.workbook.check import check
from crm.workbook.check_keys import Stored
from crm.workbook.csvtext import BrokenCsv, encoding_of, records
from crm.workbook.fast import Engine, read_fast
from crm.workbook.faults import Fault, FaultLog, FaultyWorkbook, UnreadableFile, Words
from crm.workbook.frames import tables_of
from crm.workbook.headers import is_ignored, table_called
from crm.workbook.loaded import Loaded, nothing
from crm.workbook.schema import BY_NAME, TABLES, Table
from crm.workbook.sources import Buffer, CsvSheet, GridSheet, Source, open_source

Progress = Callable[[int, int, str], None]
Way = Literal["arrow", "pandas", "careful"]

# Below this the careful reading takes no time worth saving, and names every row at once.
_SMALL = 64 * 1024

_NOT_TEXT = Words(
    "不是 UTF-8 或 GB18030 编码的 CSV,请另存为「CSV UTF-8」",
    "is neither UTF-8 nor GB18030 text; save it as “CSV UTF-8”",
)
_GB18030 = Words(
    "是 GB18030 编码，已按此读取；建议另存为 UTF-8", "is GB18030 and was read as such; UTF-8 is better"
)
_QUOTES = Words("从这一行起引号没有配对，无法继续读取", "quotes do not add up from this row on")
_TWICE = Words("表出现了两次", "is there twice")
_NO_STAFF = Words("缺少员工表(staff)，这是唯一必须有的表", "table staff is missing; it must be there")
_UNKNOWN = Words("不是工作簿中的表，没有读取", "is not a table of the workbook and was not read")


@dataclass(frozen=True)
class Workbook:
    """What was read, and what is odd about it; `book` says where in the file each row and column stood."""

    tables: Tables
    warnings: list[Fault]
    book: Mapping[str, Loaded] = field(default_factory=dict)


def read_workbook(
    path: str | PathLike[str],
    *,
    lang: str = "zh",
    progress: Progress | None = None,
    stored: Stored | None = None,
    way: Way | None = None,
) -> Workbook:
    """The workbook at `path`: an .xlsx, a folder of CSV files, or a .zip of one.

    Raises FaultyWorkbook with every fault, or UnreadableFile with one sentence; both speak `lang`. `stored`
    names by table the keys that the file may refer to without holding them; for `staff` it may be a mapping
    to roles, so that signatures are judged too. `progress(done, total, what)` is told of bytes read. `way`
    forces one of the readers of CSV, for comparing them; left out, the fastest that is safe is taken.
    """
    try:
        with open_source(Path(path)) as source:
            reading = _Reading(source, progress or (lambda done, total, what: None), way)
            book = reading.book()
    except UnreadableFile as refusal:
        raise UnreadableFile(refusal.words, lang) from None
    check(book, stored or {}, reading.faults, reading.warnings)
    if reading.faults.faults:
        raise FaultyWorkbook(reading.faults.faults, reading.faults.total, lang)
    frames = {name: loaded.frame for name, loaded in book.items()}
    return Workbook(tables_of(frames), reading.warnings.faults, book)


class _Reading:
    """One pass over the sheets of a workbook."""

    def __init__(self, source: Source, progress: Progress, way: Way | None) -> None:
        self.faults, self.warnings = FaultLog(), FaultLog()
        self._source, self._progress, self._way = source, progress, way
        self._total = sum(sheet.size for sheet in source.sheets)
        self._done = 0

    def book(self) -> dict[str, Loaded]:
        """Every table of the schema, those that are not there empty."""
        read: dict[str, Loaded] = {}
        for name in self._source.others:
            self.warnings.add(name, None, None, None, _UNKNOWN)
        for sheet in self._source.sheets:
            table = table_called(sheet.stem)
            if table is None:
                if not is_ignored(sheet.stem):
                    self.warnings.add(sheet.name, None, None, None, _UNKNOWN)
            elif table.name in read:
                self.faults.call(table.name, sheet.name, {})
                self.faults.add(table.name, None, None, None, _TWICE)
            else:
                read[table.name] = self._table(table, sheet)
            self._done += sheet.size
            self._progress(self._done, self._total, sheet.name)
        if "staff" not in read:
            self.faults.add("staff", None, None, None, _NO_STAFF)
            read["staff"] = nothing(BY_NAME["staff"], whole=False)
        return {table.name: read[table.name] if table.name in read else nothing(table) for table in TABLES}

    def _table(self, table: Table, sheet: CsvSheet | GridSheet) -> Loaded:
        if isinstance(sheet, GridSheet):
            return self._careful(table, sheet, sheet.stem, _grid_records(sheet))
        buffer = sheet.load()
        loaded = self._fast(table, sheet, buffer)
        if loaded is not None:
            return loaded
        encoding = encoding_of(buffer)
        if encoding is None:
            self.faults.add(sheet.name, None, None, None, _NOT_TEXT)
            return nothing(table, whole=False)
        if encoding == "gb18030":
            self.warnings.add(sheet.name, None, None, None, _GB18030)
            buffer, encoding = bytes(buffer).decode(encoding).encode(), "utf-8-sig"
            if (loaded := self._fast(table, sheet, buffer)) is not None:
                return loaded
        try:
            return self._careful(table, sheet, sheet.stem, records(buffer, encoding))
        except BrokenCsv as broken:
            self.faults.add(table.name, broken.row, None, None, _QUOTES)
            return nothing(table, whole=False)

    def _careful(
        self, table: Table, sheet: CsvSheet | GridSheet, name: str, rows: Iterator[Record]
    ) -> Loaded:
        # How many rows there will be is not known before the end: the bar creeps up to the sheet's size.
        def tick(read: int) -> None:
            self._progress(self._done + min(read * 100, sheet.size), self._total, sheet.name)

        return read_careful(table, name, rows, self.faults, self.warnings, tick)

    def _fast(self, table: Table, sheet: CsvSheet, buffer: Buffer) -> Loaded | None:
        engine = _engine(self._way, sheet.size)
        found = read_fast(table, sheet.stem, buffer, engine) if engine else None
        if found is None:
            return None
        loaded, warnings = found
        for log in (self.faults, self.warnings):
            log.call(table.name, sheet.stem, loaded.headers)
        self.warnings.faults += warnings.faults
        self.warnings.total += warnings.total
        return loaded


def _engine(way: Way | None, size: int) -> Engine | None:
    """The fast reader to try; None for the careful one. Imported only where it is used."""
    if way == "careful" or (way is None and size < _SMALL):
        return None
    if way == "arrow" or (way is None and find_spec("pyarrow") is not None):
        from crm.workbook.fast_arrow import read_arrow

        return read_arrow
    from crm.workbook.fast_pandas import read_pandas

    return read_pandas


def _grid_records(sheet: GridSheet) -> Iterator[Record]:
    """The rows of a spreadsheet, its error cells put back."""
    errors: dict[int, list[int]] = {}
    for row, place in sheet.error_cells:
        errors.setdefault(row, []).append(place)
    for number, cells in enumerate(sheet.rows(), 1):
        for place in errors.get(number, ()):
            if place < len(cells):
                cells[place] = ErrorCell()
        yield number, cells

"""What was handed in: an .xlsx, a folder of CSV files or a .zip of one, as a list of sheets.

Every way in which a file as such cannot be read ends here in one sentence.
"""

import mmap
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from crm.workbook import xlsx
from crm.workbook.archive import BROKEN, MOST_UNPACKED, TOO_LARGE, Archive, Part
from crm.workbook.faults import UnreadableFile, Words

Buffer = bytes | mmap.mmap

_MISSING = Words("找不到文件", "there is no such file")
_FORBIDDEN = Words("没有权限读取", "there is no permission to read it")
_EMPTY = Words("是空文件", "is empty")
_NOT_A_FILE = Words("不是普通文件", "is not an ordinary file")
_KIND = Words(
    "不是可以读取的格式；请用 .xlsx、CSV 文件夹或其 .zip",
    "is not a format that can be read; use .xlsx, a folder of CSV files or a .zip of one",
)
_NO_CSV = Words(
    "里没有 staff.csv(员工.csv)这样的 CSV 文件", "has no CSV files such as staff.csv (员工.csv) in it"
)
_FAILED = Words("读取失败", "cannot be read")


@dataclass(frozen=True)
class CsvSheet:
    """A CSV file: `stem` names the table, `load` gives its bytes."""

    stem: str
    name: str
    size: int
    load: Callable[[], Buffer]


@dataclass(frozen=True)
class GridSheet:
    """A sheet of a spreadsheet: rows of cells from the first row on, and the cells that hold an error."""

    stem: str
    name: str
    size: int
    rows: Callable[[], Iterator[list[object]]]
    error_cells: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """The sheets of a workbook in their order, and the names of files that are no sheets."""

    sheets: list[CsvSheet | GridSheet]
    others: list[str]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The sheets of the workbook at `path`; UnreadableFile, naming the file, where there are none."""
    with ExitStack() as stack:
        try:
            yield _open(path, stack)
        except UnreadableFile as refusal:
            raise _named(path, refusal.words) from None
        except FileNotFoundError:
            raise _named(path, _MISSING) from None
        except PermissionError:
            raise _named(path, _FORBIDDEN) from None
        except OSError as error:
            reason = Words(f"{_FAILED.zh}({error.strerror})", f"{_FAILED.en} ({error.strerror})")
            raise _named(path, reason) from None
        except ValueError as error:
            if "null byte" not in str(error):
                raise
            raise _named(Path(str(path).replace("\0", "?")), _MISSING) from None


def _named(path: Path, words: Words) -> UnreadableFile:
    name = path.name or str(path)
    return UnreadableFile(Words(f"{name}:{words.zh}。", f"{name}: {words.en}."))


def _open(path: Path, stack: ExitStack) -> Source:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return _folder(path, stack)
    if not stat.S_ISREG(mode):
        raise UnreadableFile(_NOT_A_FILE)
    if path.stat().st_size == 0:
        raise UnreadableFile(_EMPTY)
    if path.stat().st_size > MOST_UNPACKED:
        raise UnreadableFile(TOO_LARGE)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _spreadsheet(path, stack)
    if suffix == ".zip":
        return _zip(path, stack)
    raise UnreadableFile(_KIND)


def _folder(path: Path, stack: ExitStack) -> Source:
    files = sorted(file for file in path.iterdir() if not file.name.startswith(".") and file.is_file())
    sheets: list[CsvSheet | GridSheet] = [
        CsvSheet(file.stem, file.name, file.stat().st_size, _mapped(file, stack))
        for file in files
        if file.suffix.lower() == ".csv"
    ]
    if not sheets:
        raise UnreadableFile(_NO_CSV)
    if sum(sheet.size for sheet in sheets) > MOST_UNPACKED:
        raise UnreadableFile(TOO_LARGE)
    return Source(sheets, [file.name for file in files if file.suffix.lower() != ".csv"])


def _mapped(path: Path, stack: ExitStack) -> Callable[[], Buffer]:
    def load() -> Buffer:
        """The file's bytes, mapped and not copied: frames are never kept on top of it."""
        if path.stat().st_size == 0:
            return b""
        file = stack.enter_context(path.open("rb"))
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    return load


def _zip(path: Path, stack: ExitStack) -> Source:
    with path.open("rb") as file:
        if not file.read(2) == b"PK":
            raise UnreadableFile(Words("不是 zip 压缩包", "is not a zip archive"))
    archive = stack.enter_context(Archive(path))
    inside = [(place, part) for part in archive.parts if (place := _place(part.name)) is not None]
    if any(str(place).lower() == "xl/workbook.xml" for place, _ in inside):
        return _spreadsheet(path, stack)
    tops = {place.parts[0] for place, _ in inside if len(place.parts) == 2}
    flat = [(place, part) for place, part in inside if len(place.parts) == 1]
    if not any(place.suffix.lower() == ".csv" for place, _ in flat) and len(tops) == 1:
        flat = [(place, part) for place, part in inside if len(place.parts) == 2]
    sheets: list[CsvSheet | GridSheet] = [
        CsvSheet(place.stem, place.name, part.size, _unpacked(archive, part))
        for place, part in sorted(flat, key=lambda pair: pair[0].name)
        if place.suffix.lower() == ".csv"
    ]
    if not sheets:
        raise UnreadableFile(_NO_CSV)
    return Source(sheets, [place.name for place, _ in flat if place.suffix.lower() != ".csv"])


def _place(name: str) -> PurePosixPath | None:
    """Where a part lies in the archive; None for hidden files and for paths that lead outside."""
    place = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in place.parts)
    if place.is_absolute() or hidden or not place.parts or ":" in place.parts[0]:
        return None
    return place


def _unpacked(archive: Archive, part: Part) -> Callable[[], Buffer]:
    return lambda: archive.read(part)


def _spreadsheet(path: Path, stack: ExitStack) -> Source:
    inspected = {sheet.name: sheet for sheet in xlsx.inspect(path)}
    from python_calamine import CalamineError, CalamineWorkbook

    with _panics_caught(CalamineError):
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
    size = path.stat().st_size // max(len(names), 1)
    sheets: list[CsvSheet | GridSheet] = []
    for name in names:
        errors = inspected[name].error_cells if name in inspected else ()
        sheets.append(GridSheet(name, name, size, _grid(workbook, name), dict(map(_cell_place, errors))))
    return Source(sheets, [])


def _grid(workbook: object, name: str) -> Callable[[], Iterator[list[object]]]:
    from python_calamine import CalamineError

    def rows() -> Iterator[list[object]]:
        with _panics_caught(CalamineError):
            sheet = workbook.get_sheet_by_name(name)  # type: ignore[attr-defined]
            # calamine leaves out the empty columns before the first one used.
            margin: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
            grid = iter(sheet.iter_rows())
        while True:
            with _panics_caught(CalamineError):
                row = next(grid, None)
            if row is None:
                return
            yield margin + row

    return rows


@contextmanager
def _panics_caught(error: type[Exception]) -> Iterator[None]:
    """calamine's errors, and the panics of the Rust below it, as a broken file."""
    try:
        yield
    except error:
        raise UnreadableFile(BROKEN) from None
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        raise UnreadableFile(BROKEN) from None


def _cell_place(cell: str) -> tuple[tuple[int, int], str]:
    """Row (from 1) and column (from 0) of a cell like `H5`."""
    match = re.fullmatch("([A-Za-z]+)([0-9]+)", cell)
    if match is None:
        return (0, 0), cell
    return (int(match[2]), xlsx.column_number(match[1]) - 1), cell

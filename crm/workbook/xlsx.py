"""Sheets of an .xlsx, after its XML has been looked over.

calamine is quick and trusts what it reads: a document type could declare entities, one cell written in the
last row and column makes it fill the whole area between, and a count of 4,000,000,000 strings makes it ask for
that much memory and die. So every XML part is first scanned as it is unpacked, in small pieces.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

from crm.workbook.archive import BROKEN, ENCRYPTED, Archive, Part
from crm.workbook.faults import UnreadableFile, Words

# calamine holds every cell between the first and the last, 32 bytes each: 1.3 GB at most.
MOST_CELLS = 40_000_000
MOST_ERROR_CELLS = 1_000
_MOST_ROWS = 1_048_576

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Ordinary sheets of up to 26 columns never match, so that only odd ones pay for being measured.
_FAR_CELL = re.compile(rb"""\br\s*=\s*(?:'|"(?:[A-Za-z]{2,}[0-9]|[A-Za-z]?[0-9]{7,}|[^"<]{0,40}&))""")
# A count below a million asks for no memory worth mentioning.
_LARGE_COUNT = re.compile(rb"""ount\s*=\s*["'][^"']{7}""")
_ERROR_CELL = re.compile(rb"""<c\s[^>]*?\br="([A-Za-z]+[0-9]+)"[^>]*?\bt="e\"""")
_TAIL = 256
# Everything else is looked at as XML, whatever it is called.
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tiff", ".emf", ".wmf", ".bin")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

NO_WORKBOOK = Words("不是 Excel 工作簿(.xlsx)", "is not an Excel workbook (.xlsx)")
_ENTITIES = Words("文件含有 XML 实体声明，拒绝读取", "the file declares XML entities and is refused")
_ENCODING = Words("文件的 XML 不是 UTF-8 编码，拒绝读取", "the file's XML is not UTF-8 and is refused")
_OLD = Words(
    "是旧的 Excel 格式(.xls)或已加密的文件，请去掉密码并另存为 .xlsx",
    "is an old Excel file (.xls) or an encrypted one; save it as .xlsx without a password",
)
_COUNT = Words("文件声明的数量超过其内容，拒绝读取", "the file declares more items than it can hold; refused")
_AREA = Words(
    f"工作表的范围超过 {MOST_CELLS} 个单元格(远处有零星单元格)，拒绝读取",
    f"a sheet spans more than {MOST_CELLS} cells (stray cells far away) and is refused",
)


@dataclass(frozen=True)
class XlsxSheet:
    """A sheet: its name, and the cells like `H5` that hold an Excel error, which calamine gives as empty."""

    name: str
    error_cells: tuple[str, ...]


def check_magic(path: Path) -> None:
    """UnreadableFile where the first bytes are not those of a zip."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE2:
        raise UnreadableFile(_OLD)
    if not start.startswith(b"PK"):
        raise UnreadableFile(NO_WORKBOOK)


def inspect(path: Path) -> list[XlsxSheet]:
    """Scan every part and give the sheets with their error cells; UnreadableFile where one is dangerous."""
    check_magic(path)
    with Archive(path) as archive:
        names = {part.name.lower() for part in archive.parts}
        if "encryptedpackage" in names:
            raise UnreadableFile(ENCRYPTED)
        if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
            raise UnreadableFile(NO_WORKBOOK)
        errors = {part.name.lower(): _scan(archive, part) for part in archive.parts}
        return [
            XlsxSheet(name, tuple(errors.get(target.lower(), ()))) for name, target in _sheet_parts(archive)
        ]


def _scan(archive: Archive, part: Part) -> list[str]:
    """The error cells of a part; refuses document types, other encodings and far-off cells."""
    lower = part.name.lower()
    if lower.endswith(_PICTURES):
        for _piece in archive.pieces(part):
            pass
        return []
    errors: list[str] = []
    far = many = False
    for window in _windows(archive.pieces(part)):
        _refuse_declarations(window)
        many = many or _LARGE_COUNT.search(window) is not None
        far = far or _FAR_CELL.search(window) is not None
        if b't="e"' in window and len(errors) < MOST_ERROR_CELLS:
            errors += [match[1].decode() for match in _ERROR_CELL.finditer(window)]
    if far:
        _look_at_elements(archive.pieces(part), _Area().element)
    if many:
        _look_at_elements(archive.pieces(part), _Counts(part.size).element)
    return list(dict.fromkeys(errors))


def _windows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each with the end of the one before it, so that nothing hides across a border."""
    tail = b""
    for piece in pieces:
        window = tail + piece
        yield window
        tail = window[-_TAIL:]


def _refuse_declarations(window: bytes) -> None:
    if b"\0" in window or window.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(_ENCODING)
    if b"<!" in window and _DOCTYPE.search(window):
        raise UnreadableFile(_ENTITIES)


def _look_at_elements(pieces: Iterator[bytes], look: Callable[[str, dict[str, str]], None]) -> None:
    """Show every start tag to `look`, with a parser of which it is known that nothing is declared."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = look
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableFile(BROKEN) from None


class _Counts:
    """Counts in attributes, of which none can be true beyond the bytes of its part."""

    def __init__(self, size: int) -> None:
        self._most = size

    def element(self, _name: str, attributes: dict[str, str]) -> None:
        """A start tag; refuses where it counts more than there can be."""
        for name, value in attributes.items():
            digits = value.strip().lstrip("+0")
            if name.lower().endswith("count") and digits.isdecimal() and int(digits[:19]) > self._most:
                raise UnreadableFile(_COUNT)


class _Area:
    """The last row and column that a sheet has named so far."""

    def __init__(self) -> None:
        self.row = self.column = self._here = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag; refuses as soon as the area is too large."""
        tag = name.rpartition(":")[2]
        if tag == "row":
            digits = attributes.get("r", "")
            self._stretch(int(digits[:9]) if digits.isdecimal() else self.row + 1, 0)
            self._here = 0
        elif tag == "c":
            place = attributes.get("r", "")
            letters = place.rstrip("0123456789")
            self._here = column_number(letters) if letters else self._here + 1
            digits = place[len(letters) :]
            self._stretch(int(digits[:9]) if digits else 0, self._here)

    def _stretch(self, row: int, column: int) -> None:
        self.row, self.column = max(self.row, row), max(self.column, column)
        if self.row > _MOST_ROWS or self.row * max(self.column, 1) > MOST_CELLS:
            raise UnreadableFile(_AREA)


def column_number(letters: str) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + ord(letter) - 64
    return number


def _sheet_parts(archive: Archive) -> list[tuple[str, str]]:
    """Sheet names and their parts in order; only called once the XML is known to declare nothing."""
    parts = {part.name.lower(): part for part in archive.parts}
    relations = parts.get("xl/_rels/workbook.xml.rels")
    try:
        targets = {
            element.get("Id"): normpath(join("/xl", element.get("Target", "")))[1:]
            for element in (ElementTree.fromstring(archive.read(relations)) if relations else ())
        }
        book = ElementTree.fromstring(archive.read(parts["xl/workbook.xml"]))
    except ElementTree.ParseError:
        raise UnreadableFile(BROKEN) from None
    sheets = [element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet"]
    found = [(sheet.get("name", ""), targets.get(sheet.get(_RELATION), "")) for sheet in sheets]
    if any(target.lower().endswith(_PICTURES) for _, target in found):
        raise UnreadableFile(BROKEN)
    return found

"""Zip files (an .xlsx is one too) that strangers send: checked before anything is unpacked.

The central directory is held against limits first; then every part is inflated here in small pieces with the
true bytes counted, because directories lie. Python's own zipfile trusts sizes that readers in other languages
do not, so the raw deflate stream is read instead.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from crm.workbook.faults import UnreadableFile, Words

# Two million contacts with notes are about 0.7 GB as CSV and 1.3 GB as the XML of sheets.
MOST_UNPACKED = 2 * 1024**3
# Sheets and CSV shrink 5 to 40 times; a bomb 1,000 times. Below `SMALL` any ratio is harmless.
MOST_RATIO = 150
SMALL = 32 * 1024**2
# A workbook has 13 tables; an .xlsx with pictures and comments some dozens of parts.
MOST_PARTS = 2_000
PIECE = 1024**2

_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_LOCAL_HEADER = struct.Struct("<4sHHHHHLLLHH")

BROKEN = Words("文件已损坏或不完整，无法解压", "the file is broken or incomplete and cannot be unpacked")
ENCRYPTED = Words("文件已加密，请去掉密码后再试", "the file is encrypted; save it without a password")
TOO_LARGE = Words(
    f"文件解压后超过 {MOST_UNPACKED // 1024**3} GB,拒绝读取",
    f"the file unpacks to more than {MOST_UNPACKED // 1024**3} GB and is refused",
)
BOMB = Words(
    f"文件的压缩比超过 {MOST_RATIO} 倍，像是压缩炸弹，拒绝读取",
    f"the file unpacks to more than {MOST_RATIO} times its size, like a zip bomb, and is refused",
)
_TOO_MANY = Words(
    f"压缩包里有超过 {MOST_PARTS} 个文件，拒绝读取",
    f"the archive has more than {MOST_PARTS} parts and is refused",
)
_OVERLAP = Words(
    "压缩包的目录与内容不符，拒绝读取", "the archive's directory does not match its contents; refused"
)
_METHOD = Words("压缩方式不受支持，请用普通的 zip 压缩", "the compression is not supported; use ordinary zip")


@dataclass(frozen=True)
class Part:
    """One file in the archive: its name as its maker meant it, and its size once unpacked."""

    name: str
    size: int
    info: zipfile.ZipInfo


class Archive:
    """A checked zip file; UnreadableFile where a limit is passed or the directory does not add up."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        try:
            self._packed = path.stat().st_size
            self.parts = [Part(_name(info), info.file_size, info) for info in self._directory()]
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _directory(self) -> list[zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self._file) as archive:
                infos, end = archive.infolist(), archive.start_dir
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error, OverflowError):
            raise UnreadableFile(BROKEN) from None
        if len(infos) > MOST_PARTS:
            raise UnreadableFile(_TOO_MANY)
        _check_sizes(infos, self._packed)
        _check_places(infos, end)
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise UnreadableFile(ENCRYPTED)
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
            raise UnreadableFile(_METHOD)
        return [info for info in infos if not info.is_dir()]

    def pieces(self, part: Part) -> Iterator[bytes]:
        """The part unpacked, piece by piece; UnreadableFile where it is not what the directory says."""
        total, check = 0, 0
        for piece in self._inflated(part.info):
            total += len(piece)
            check = zlib.crc32(piece, check)
            if total > part.size:
                raise UnreadableFile(_OVERLAP)
            yield piece
        if total != part.size or check != part.info.CRC:
            raise UnreadableFile(BROKEN)

    def read(self, part: Part) -> bytes:
        """The whole part in memory."""
        return b"".join(self.pieces(part))

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        raw = self._raw(info)
        if info.compress_type == zipfile.ZIP_STORED:
            yield from raw
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in raw:
                while packed:
                    yield inflater.decompress(packed, PIECE)
                    packed = inflater.unconsumed_tail
            yield inflater.flush()
        except zlib.error:
            raise UnreadableFile(BROKEN) from None
        if not inflater.eof or inflater.unused_data:
            raise UnreadableFile(BROKEN)

    def _raw(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise UnreadableFile(BROKEN)
        fields = _LOCAL_HEADER.unpack(header)
        if fields[2] & _ENCRYPTED or fields[3] != info.compress_type:
            raise UnreadableFile(_OVERLAP)
        place = info.header_offset + _LOCAL_HEADER.size + fields[9] + fields[10]
        left = info.compress_size
        while left:
            self._file.seek(place)
            piece = self._file.read(min(PIECE, left))
            if not piece:
                raise UnreadableFile(BROKEN)
            place, left = place + len(piece), left - len(piece)
            yield piece


def _check_sizes(infos: list[zipfile.ZipInfo], packed: int) -> None:
    """Whole and parts against the limits, by what the directory claims."""
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(TOO_LARGE)
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        raise UnreadableFile(BOMB)
    if any(info.file_size > SMALL and info.file_size > MOST_RATIO * info.compress_size for info in infos):
        raise UnreadableFile(BOMB)


def _check_places(infos: list[zipfile.ZipInfo], end: int) -> None:
    """No two parts share bytes (the overlap bomb) or a name, and none reaches into the directory."""
    if len({info.filename for info in infos}) != len(infos):
        raise UnreadableFile(_OVERLAP)
    free_from = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < free_from:
            raise UnreadableFile(_OVERLAP)
        free_from = info.header_offset + _LOCAL_HEADER.size + len(info.orig_filename) + info.compress_size
    if free_from > end:
        raise UnreadableFile(_OVERLAP)


def _name(info: zipfile.ZipInfo) -> str:
    """The part's name; without the UTF-8 mark Chinese Windows writes GB18030 and macOS UTF-8 all the same."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename

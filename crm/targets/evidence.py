"""Files that prove something: judged by what is in them, kept in the database so that every backup has them."""

import hashlib
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

from crm.errors import Invalid

LARGEST_MB = 8
MOST_FILES = 20
LONGEST_NAME = 80
MIMES = MappingProxyType({"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"})
_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
_ENDINGS = MappingProxyType({"pdf": "pdf", "png": "png", "jpg": "jpeg", "jpeg": "jpeg"})


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its kind by content, and a name that is only shown."""

    name: str
    kind: str
    content: bytes
    sha256: str


def checked(name: str, content: bytes) -> Checked:
    """The file, if its content is of a kind that its name says; Invalid else."""
    if not content:
        raise Invalid("请选择文件。", "Choose a file.", "file")
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise Invalid(f"文件不能超过 {LARGEST_MB} MB。", f"At most {LARGEST_MB} MB.", "file")
    kind = next((kind for start, kind in _STARTS if content.startswith(start)), "")
    shown = _shown(name)
    ending = shown.rpartition(".")[2].lower()
    if not kind or _ENDINGS.get(ending) != kind:
        raise Invalid(
            "只接受 PDF、PNG 和 JPEG 文件，且内容与扩展名一致。",
            "Only PDF, PNG and JPEG, whose content is what the name says.",
            "file",
        )
    return Checked(shown, kind, content, hashlib.sha256(content).hexdigest())


def _shown(name: str) -> str:
    """The name without folders and characters that nobody sees; long ones keep their ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if not unicodedata.category(char).startswith(("C", "Zl", "Zp")))
    stem, dot, ending = plain.strip().rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}"

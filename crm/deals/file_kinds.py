"""What a file is, by its content: its name and what the browser says of it prove nothing."""

import re
import unicodedata
from dataclasses import dataclass

_TAIL = 2048
"""How near its end a file names its end; some telephones and scanners add a few bytes after it."""
LONGEST_NAME = 80


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what it begins with, and what stands near its end."""

    suffix: str
    media_type: str
    start: bytes
    end: bytes


KINDS = (
    Kind("pdf", "application/pdf", b"%PDF-", b"%%EOF"),
    Kind("jpg", "image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    Kind("png", "image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"IEND\xaeB`\x82"),
)


def kind_of(content: bytes) -> Kind | None:
    """PDF, JPEG or PNG with a beginning and an end; None for anything else, and for half a file."""
    return next(
        (kind for kind in KINDS if content.startswith(kind.start) and kind.end in content[-_TAIL:]), None
    )


def plain_name(given: str | None, kind: Kind) -> str:
    """The file's own name without folders, control characters and a false suffix, for people to read."""
    last = unicodedata.normalize("NFC", given or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", kept).strip(" .")[:LONGEST_NAME]
    return f"{stem or kind.suffix}.{kind.suffix}"

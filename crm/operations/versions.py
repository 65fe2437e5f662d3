"""Versions of what the program stands on that have known faults."""

Version = tuple[int, ...]

WAL_RESET = ((3, 7, 0), (3, 51, 3))
"""SQLite from the first to before the second can damage a database in WAL mode when its log is reset …"""
WAL_RESET_MENDED = ((3, 44, 6), (3, 50, 7))
"""… but not these releases and the later ones of the same minor version."""
OVERLAPPING_ZIP = (3, 11, 8)
"""CVE-2024-0450: before it, Python unpacks a zip bomb whose parts overlap."""
ZIP64_OFFSETS = (3, 11, 14)
"""CVE-2025-8291: before it, Python reads other files from a zip than other programs do."""
VARY_COOKIE = (3, 1, 3)
"""CVE-2026-27205: before it, Flask may leave `Vary: Cookie` out."""
_PYTHON_MENDED: dict[tuple[int, int], tuple[Version, Version]] = {
    (3, 11): (OVERLAPPING_ZIP, ZIP64_OFFSETS),
    (3, 12): ((3, 12, 2), (3, 12, 12)),
    (3, 13): ((3, 13, 0), (3, 13, 8)),
}


def parsed(text: str) -> Version:
    """`3.45.1` as numbers; what follows the numbers is left out."""
    numbers = []
    for part in text.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def sqlite_fault(version: Version) -> str:
    """What is known against this SQLite, empty for nothing."""
    first, mended = WAL_RESET
    if not first <= version < mended:
        return ""
    if any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_MENDED):
        return ""
    return "WAL-reset"


def python_fault(version: Version) -> str:
    """The CVEs of this Python that a workbook could use, empty for none."""
    overlap, offsets = _PYTHON_MENDED.get(version[:2], ((), ()))
    found = [
        name for name, fixed in (("CVE-2024-0450", overlap), ("CVE-2025-8291", offsets)) if version < fixed
    ]
    return ", ".join(found)


def flask_fault(version: Version) -> str:
    """The CVE of this Flask, empty for none."""
    return "CVE-2026-27205" if version < VARY_COOKIE else ""

"""Find the strings that lack an English translation: `python scripts/strings.py [--write]`.

Strings are what stands in `_()`, `gettext`, `ngettext`, `lazy_gettext` in templates and in Python, and the words
of the workbook (names of tables and columns, choices). `--write` appends what is missing, with an empty
translation to be filled in, to the noun's file in `translations/en`; nothing that is there is changed.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.extract import extract_from_dir  # noqa: E402
from babel.messages.pofile import escape  # noqa: E402

from crm.web.i18n import english_files, read_english  # noqa: E402
from crm.workbook.schema import TABLES  # noqa: E402

Message = str | tuple[str, ...]
KEYWORDS = {
    "_": None,
    "translate": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
WORDS = "words"


def used(root: Path = ROOT) -> dict[Message, str]:
    """Each string that the program may show, with the first place where it is used."""
    found: dict[Message, str] = {}
    for folder, method in (("crm", "**.py"), ("templates", "**.html")):
        kinds = [(method, "python" if folder == "crm" else "jinja2")]
        options = {method: {"newstyle_gettext": "true"}}
        rows = extract_from_dir(root / folder, kinds, options, keywords=KEYWORDS)
        for name, _line, message, _comments, _context in rows:
            found.setdefault(message, f"{folder}/{name}")
    for word in workbook_words():
        found.setdefault(word, WORDS)
    return found


def workbook_words() -> Iterator[str]:
    """The Chinese words of the workbook's vocabulary."""
    for table in TABLES:
        yield table.zh
        for column in table.columns:
            yield column.zh
            yield from column.choices.values()


def missing(root: Path = ROOT) -> dict[Message, str]:
    """The strings without an English translation."""
    english = read_english(root)
    return {message: where for message, where in used(root).items() if not _translated(english, message)}


def _translated(english, message: Message) -> bool:
    known = english.get(message if isinstance(message, str) else message[0])
    return bool(known and known.string and (not isinstance(known.string, tuple) or all(known.string)))


def noun_of(where: str) -> str:
    """The file that a string belongs to: the noun's, or `web` for what all share."""
    parts = where.split("/")
    if parts[0] == WORDS:
        return WORDS
    return parts[1] if len(parts) > 2 and parts[1] not in ("macros", "partials", "errors") else "web"


def entry(message: Message, where: str) -> str:
    """An entry of a .po file that waits for its translation."""
    if isinstance(message, str):
        return f'\n#: {where}\nmsgid {escape(message)}\nmsgstr ""\n'
    one, many = message[:2]
    return f'\n#: {where}\nmsgid {escape(one)}\nmsgid_plural {escape(many)}\nmsgstr[0] ""\nmsgstr[1] ""\n'


HEAD = r"""msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""


def write(messages: dict[Message, str], root: Path = ROOT) -> None:
    """Append the messages to their files, unless they already wait there."""
    waiting = "".join(path.read_text(encoding="utf-8") for path in english_files(root))
    files = defaultdict(list)
    for message, where in messages.items():
        first = message if isinstance(message, str) else message[0]
        if f"msgid {escape(first)}\n" not in waiting:
            files[noun_of(where)].append(entry(message, where))
    for noun, entries in files.items():
        path = root / "translations" / "en" / f"{noun}.po"
        text = path.read_text(encoding="utf-8") if path.exists() else HEAD
        path.write_text(text + "".join(entries), encoding="utf-8")


def main() -> int:
    """List what is missing; 1 where something is."""
    lacking = missing()
    if "--write" in sys.argv:
        write(lacking)
    for message, where in lacking.items():
        print(f"{where}: {message if isinstance(message, str) else message[0]}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())

"""Every string can be read in English."""

from pathlib import Path

import pytest
from flask import Flask

from crm.web import assets_root
from crm.web.i18n import english_files, read_english
from scripts.strings import entry, missing, noun_of, used, write
from tests.web import chinese
from tests.web.bare import bare_app

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# These are told both languages or say both at once, or hold names and not sentences.
SPEAK_BOTH = {
    "capitals.py",  # spells amounts in Chinese capitals, which have no English
    "errors.py",
    "formats.py",
    "front.py",
    "gallery.py",
    "names.py",
    "second_factor.py",
    "state.py",
    "words.py",
}
ROOMS = [
    path
    for path in chinese.rooms(ROOT / "crm")
    if path.name not in SPEAK_BOTH or path.relative_to(ROOT) == Path("crm/web/errors.py")
]


@pytest.fixture(scope="module")
def app() -> Flask:
    return bare_app()


def test_every_string_of_the_program_has_an_english_translation() -> None:
    assert missing() == {}, "run `python scripts/strings.py --write` and translate what it appends"


def test_translations_keep_the_variables_of_their_strings() -> None:
    bad = [str(message.id) for message in read_english(ROOT) if list(message.check())]
    assert bad == []


def test_no_translation_is_left_of_a_string_that_is_gone() -> None:
    strings = {message if isinstance(message, str) else message[0] for message in used()}
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in read_english(ROOT)}
    assert kept - strings - {""} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_chinese_that_cannot_be_translated(path: Path, app: Flask) -> None:
    assert chinese.in_template(path.read_text(encoding="utf-8"), app.jinja_env) == []


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_that_writes_for_the_screen_has_no_chinese_that_cannot_be_translated(path: Path) -> None:
    assert chinese.in_python(path.read_text(encoding="utf-8")) == []


def test_the_scan_finds_bare_chinese_and_lets_pass_what_is_translated(app: Flask) -> None:
    assert chinese.in_template('{{ "名" }} 客户 {{ _("保存") }}', app.jinja_env) == ["客户", "名"]
    assert chinese.in_python('"""说明"""\nx = "客户"\ny = _("保存")\nz = Invalid("太长。", "Too long.")') == [
        "2: 客户"
    ]


def test_missing_strings_are_appended_once_to_the_file_of_their_noun(tmp_path: Path) -> None:
    (tmp_path / "translations" / "en").mkdir(parents=True)
    lacking = {"客户": "templates/leads/list.html", ("%(num)d 天", "%(num)d 天"): "crm/leads/views.py"}
    write(lacking, tmp_path)
    write(lacking, tmp_path)
    assert [path.name for path in english_files(tmp_path)] == ["leads.po"]
    text = (tmp_path / "translations" / "en" / "leads.po").read_text(encoding="utf-8")
    assert text.count('msgid "客户"') == 1
    assert text.count("msgid_plural") == 1


def test_two_files_that_translate_one_string_differently_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "translations" / "en"
    folder.mkdir(parents=True)
    (folder / "a.po").write_text('msgid "客户"\nmsgstr "Customer"\n', encoding="utf-8")
    (folder / "b.po").write_text('msgid "客户"\nmsgstr "Client"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="differently"):
        read_english(tmp_path)


def test_what_all_pages_share_belongs_to_the_file_of_the_web() -> None:
    assert noun_of("templates/base.html") == "web"
    assert noun_of("templates/macros/ui.html") == "web"
    assert noun_of("templates/leads/today.html") == "leads"
    assert noun_of("crm/daily/views.py") == "daily"
    assert 'msgid "a\\"b"' in entry('a"b', "x")


def test_the_translations_are_where_the_program_looks_for_them() -> None:
    assert english_files(assets_root())

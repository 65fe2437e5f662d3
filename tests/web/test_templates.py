"""Every template compiles, and none has what the content security policy refuses."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.web.bare import bare_app

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))
HANDLER = re.compile(r"<[^>]*\s(on[a-z]+|style|hx-on[\w:-]*|x-html)\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def faults(source: str) -> list[str]:
    """Inline handlers, styles and scripts of a template."""
    bare = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    found = [match[0] for match in HANDLER.finditer(re.sub(r"\{[{%].*?[%}]\}", "", bare, flags=re.DOTALL))]
    found += [
        match[0]
        for match in SCRIPT.finditer(bare)
        if "src=" not in match[1] and 'type="application/json"' not in match[1]
    ]
    if re.search(r"<style\b", bare, re.IGNORECASE):
        found.append("<style>")
    return found


@pytest.fixture(scope="module")
def app() -> Flask:
    return bare_app()


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_compiles(name: Path, app: Flask) -> None:
    assert app.jinja_env.get_template(name.as_posix())


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_has_nothing_inline(name: Path) -> None:
    assert faults((ROOT / "templates" / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        '<a onclick="x()">',
        '<p style="color:red">',
        "<script>x()</script>",
        "<style>p{}</style>",
        "<a hx-on:click='x'>",
    ],
)
def test_the_check_sees_what_is_inline(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_every_post_form_carries_its_tokens(name: Path) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    for form in re.findall(r'<form\b[^>]*method="post".*?(?:</form>|\Z)', source, re.DOTALL | re.IGNORECASE):
        assert re.search(r"tokens\(\)|csrf_token|hidden_tag", form), form[:120]


def test_a_macro_that_a_page_imports_does_not_hide_what_the_frame_needs() -> None:
    frame = "".join(
        (ROOT / "templates" / name).read_text(encoding="utf-8") for name in ("base.html", "plain.html")
    )
    called = set(re.findall(r"(?<![\w.\"])([a-z_]{2,})\(", re.sub(r"\{#.*?#\}", "", frame, flags=re.DOTALL)))
    macros = set()
    for path in (ROOT / "templates" / "macros").glob("*.html"):
        macros |= set(re.findall(r"\{%-? macro (\w+)", path.read_text(encoding="utf-8")))
    assert called & macros == set()

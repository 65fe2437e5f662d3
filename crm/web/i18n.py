"""Chinese first, English by a switch.

The strings of the program are Chinese and are their own names (msgid). Their English is in
`translations/en/*.po`, one file a noun, read as they are: there is nothing to compile, and an installed wheel
needs no more than the files. `scripts/strings.py` finds what lacks a translation.
"""

from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user
from markupsafe import Markup

LANGUAGES = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
OFFERED = ("zh-CN", "en")
COOKIE = "lang"


def english_files(root: Path) -> list[Path]:
    """The English translations, in the order of their names."""
    return sorted((root / "translations" / "en").glob("*.po"))


def read_english(root: Path) -> Catalog:
    """All English translations as one catalogue; ValueError where two files translate one string differently."""
    whole = Catalog(locale="en")
    for path in english_files(root):
        with path.open("rb") as file:
            part = read_po(file, locale="en")
        for message in part:
            known = whole.get(message.id) if message.id else None
            if known and known.string and known.string != message.string:
                raise ValueError(f"{path.name} and another file translate {message.id!r} differently")
            if message.id and message.string:
                whole.add(message.id, message.string)
    return whole


@lru_cache(maxsize=1)
def _english() -> Translations:
    from crm.web.assets import assets_root

    compiled = BytesIO()
    write_mo(compiled, read_english(assets_root()))
    compiled.seek(0)
    return Translations(compiled)


_CHINESE = NullTranslations()


class Strings(Domain):
    """English from the .po files; Chinese strings are themselves."""

    def get_translations(self) -> NullTranslations:
        """The translations of this request's language."""
        locale = get_locale()
        if locale is not None and locale.language == "en":
            return _english()
        return _CHINESE


class Languages(Babel):
    """Flask-Babel with our strings."""

    @cached_property
    def domain_instance(self) -> Strings:
        """The strings of the program."""
        return Strings()


def choose_language() -> str:
    """The language of this request: the account's, else the cookie's, else what the browser asks for."""
    if not has_request_context():
        return ""
    for chosen in (getattr(current_user, "lang", None), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    asked = request.accept_languages.best_match(OFFERED)
    return {"zh-CN": "zh", "en": "en"}.get(asked or "", "")


def current_lang() -> str:
    """zh or en, for what the core writes in a person's language."""
    try:
        locale = g._get_current_object()._flask_babel.babel_locale
    except (RuntimeError, AttributeError):  # no application, or nothing said yet in this request
        locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


@lru_cache(maxsize=8192)
def _said(lang: str, string: str) -> Markup:
    return Markup(_english().gettext(string) if lang == "en" else string)


@lru_cache(maxsize=8192)
def _plain(lang: str, string: str) -> Markup:
    return _said(lang, string) % {}


def translate(string: str, **variables: object) -> Markup:
    """`_()` of templates. A list says the same few words in each row, so they are looked up once a process.

    As with Jinja's own, the string is always a format: a percent sign in it is written twice.
    """
    lang = current_lang()
    return _said(lang, string) % variables if variables else _plain(lang, string)


def init_app(app: Flask) -> None:
    """Choose a language for each request; without a wish it is the one that the set-up names."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LOCALES["zh"])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Languages().init_app(app, locale_selector=lambda: LOCALES.get(choose_language()))
    app.jinja_env.globals.update(_=translate, gettext=translate, current_lang=current_lang)

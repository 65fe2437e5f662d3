"""Receipts, subscription agreements and contract summaries as PDF.

WeasyPrint is imported only here and only when something is printed. It needs pango and a font with Chinese characters;
what is missing is named in the error.
"""

from functools import lru_cache
from pathlib import Path

from crm.errors import CrmError
from crm.web.assets import assets_root

FONT_PLACES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
FONT_NAMES = (
    "notosanscjk",
    "notoserifcjk",
    "sourcehan",
    "wqy",
    "simsun",
    "msyh",
    "pingfang",
    "stheiti",
    "songti",
)
SUFFIXES = frozenset({".ttf", ".ttc", ".otf", ".otc"})


class CannotPrint(CrmError):
    """A paper could not be made on this machine; the sentence says what to install."""

    status = 503


def chinese_fonts(places: tuple[str, ...] = FONT_PLACES) -> list[Path]:
    """Font files with Chinese characters on this machine."""
    found = []
    for place in places:
        folder = Path(place).expanduser()
        if folder.is_dir():
            found += [
                path
                for path in sorted(folder.rglob("*"))
                if path.suffix.lower() in SUFFIXES and _is_chinese(path.stem)
            ]
    return found


def _is_chinese(name: str) -> bool:
    plain = name.lower().replace("-", "").replace("_", "").replace(" ", "")
    return any(known in plain for known in FONT_NAMES)


@lru_cache(maxsize=1)
def _has_fonts() -> bool:
    return bool(chinese_fonts())


def pdf(html: str) -> bytes:
    """The page as PDF; CannotPrint names what this machine lacks."""
    if not _has_fonts():
        raise CannotPrint(
            "这台服务器没有中文字体，无法打印。请安装 Noto Sans CJK（Debian：apt install fonts-noto-cjk）。",
            "This server has no Chinese font. Install Noto Sans CJK (Debian: apt install fonts-noto-cjk).",
        )
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as problem:
        raise CannotPrint(
            "这台服务器缺少 WeasyPrint 或 pango，无法打印。请安装（Debian：apt install libpango-1.0-0 libpangoft2-1.0-0）。",
            "WeasyPrint or pango is missing. Install it (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0).",
        ) from problem
    style = CSS(filename=str(assets_root() / "static" / "app" / "paper.css"))
    made: bytes = HTML(string=html, url_fetcher=_nothing_from_outside).write_pdf(stylesheets=[style])
    return made


def _nothing_from_outside(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a paper asks for {url}; papers fetch nothing")

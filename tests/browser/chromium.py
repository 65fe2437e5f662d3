"""How the tests start Debian's chromium, and the two sizes of screen."""

from typing import Any

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1280, 800)
PHONE = (360, 740)


def size_of(width: int) -> tuple[int, int]:
    """A screen of that width, as high as such screens are."""
    return (width, PHONE[1] if width < 768 else DESKTOP[1])


def context_options(size: tuple[int, int], dark: bool = False, lang: str = "zh-CN") -> dict[str, Any]:
    """What Playwright's `new_context` needs for a telephone or a desk."""
    phone = size[0] < 768
    return {
        "viewport": {"width": size[0], "height": size[1]},
        "color_scheme": "dark" if dark else "light",
        "locale": lang,
        "has_touch": phone,
        "is_mobile": phone,
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
    }

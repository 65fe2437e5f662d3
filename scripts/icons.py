"""Add Tabler icons to the sprite: `python scripts/icons.py PACKAGE name [name …]`.

PACKAGE is the unpacked `@tabler/icons` package (`npm pack @tabler/icons && tar xzf tabler-icons-*.tgz`).
Icons that are in the sprite stay; the sprite is rewritten in the order of names, so that a diff is small.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static" / "app" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="([\w-]+)".*?</symbol>', re.DOTALL)
STROKE = (
    'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
)


def symbol(package: Path, name: str) -> str:
    """One `<symbol>` from the outline icon of that name; FileNotFoundError where there is none."""
    source = (package / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline)[^>]*/>", source)
    drawn = "".join(shape for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)
    return f'<symbol id="{name}" viewBox="0 0 24 24" {STROKE}>{drawn}</symbol>'


def main(package: str, *names: str) -> None:
    """Write the sprite with the named icons added."""
    known = SPRITE.read_text(encoding="utf-8") if SPRITE.exists() else ""
    symbols = {match[1]: match[0] for match in SYMBOL.finditer(known)}
    symbols |= {name: symbol(Path(package), name) for name in names}
    lines = "\n".join(symbols[name] for name in sorted(symbols))
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{lines}\n</svg>\n', encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""Draw what a command prints on a terminal as an SVG, for the READMEs.

`python scripts/terminal_picture.py PICTURE.svg TITLE LINES COMMAND…` keeps the first LINES lines.
"""

import io
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME as THEME
from rich.text import Text

COLUMNS = 140
TIMEOUT = 120
# Pixels of a narrow cell, of a line and around the text; Chinese letters take two cells.
CELL, LINE, MARGIN, BAR = 8.4, 19, 14, 34
FONT = "Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"


def output_of(command: list[str]) -> str:
    """What the command prints to a terminal of `COLUMNS` columns, colours and all."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": "60"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment) as running:
        os.close(theirs)
        printed = bytearray()
        while piece := _piece(ours):
            printed += piece
        running.wait(TIMEOUT)
    os.close(ours)
    return printed.decode("utf-8").replace("\r\n", "\n")


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how a terminal says on Linux that its other end is closed
        return b""


def picture(printed: str, title: str, lines: int) -> str:
    """The SVG of the first `lines` lines.

    rich's own export gives a Chinese letter the width of one cell, and the columns of a table run apart.
    """
    kept = printed.rstrip("\n").split("\n")[:lines]
    width, height = COLUMNS * CELL + 2 * MARGIN, len(kept) * LINE + BAR + MARGIN
    body = "\n".join(text for row, line in enumerate(kept) for text in drawn(line, BAR + (row + 0.75) * LINE))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">
<title>{escape(title)}</title>
<rect width="100%" height="100%" rx="8" fill="{THEME.background_color.hex}"/>
<g font-family="{FONT}" font-size="14" fill="{THEME.foreground_color.hex}">
<text x="50%" y="22" text-anchor="middle" opacity="0.7">{escape(title)}</text>
{body}
</g>
</svg>
"""


def drawn(line: str, y: float) -> Iterator[str]:
    """The `text` elements of one line: each run of letters of one width and style pinned to its cells."""
    console = Console(width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    cells = 0
    for segment in Text.from_ansi(line).render(console):
        for _, letters in groupby(segment.text, lambda letter: (cell_len(letter), letter.isspace())):
            run = "".join(letters)
            if run.strip():
                yield _element(Segment(run, segment.style), MARGIN + cells * CELL, y)
            cells += cell_len(run)


def _element(run: Segment, x: float, y: float) -> str:
    width = cell_len(run.text) * CELL
    place = f'x="{x:.1f}" y="{y:.1f}" textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place}{_look(run.style or Style())}>{escape(run.text)}</text>"


def _look(style: Style) -> str:
    look = f' fill="{style.color.get_truecolor(THEME).hex}"' if style.color else ""
    look += ' font-weight="bold"' if style.bold else ""
    look += ' font-style="italic"' if style.italic else ""
    return look + (' opacity="0.6"' if style.dim else "")


def main(target: str, title: str, lines: str, *command: str) -> None:
    """Run the command and write its picture."""
    Path(target).write_text(picture(output_of(list(command)), title, int(lines)), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

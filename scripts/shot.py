"""Look at a page: `python scripts/shot.py URL out.png [--width 360] [--dark] [--lang en] [--cookie name=value]`.

`--gallery` serves the gallery of parts by itself; URL is then a path such as `/_gallery/`.
"""

import argparse
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import ARGUMENTS, CHROMIUM, context_options, size_of  # noqa: E402


@contextmanager
def gallery():
    """The gallery on a free port of this machine."""
    from werkzeug.serving import make_server

    from tests.web.bare import bare_app

    server = make_server("127.0.0.1", 0, bare_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def take(url: str, out: str, options: argparse.Namespace) -> None:
    """Save the whole page as a PNG, and say what the browser complained of."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(**context_options(size_of(options.width), options.dark, options.lang))
        host = urlsplit(url)
        origin = f"{host.scheme}://{host.netloc}"
        for cookie in options.cookie:
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": origin}])
        page = context.new_page()
        page.on("console", lambda message: print(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: print(f"error: {error}"))
        page.goto(url)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=out, full_page=not options.fold)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        print(f"{page.title()} -> {out}" + (f"; {wide} px too wide" if wide > 0 else ""))
        browser.close()


def main() -> None:
    """Read the arguments and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("out")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--fold", action="store_true", help="only what is seen without scrolling")
    parser.add_argument("--lang", default="zh-CN")
    parser.add_argument("--cookie", action="append", default=[])
    parser.add_argument("--gallery", action="store_true")
    options = parser.parse_args()
    if not options.gallery:
        take(options.url, options.out, options)
        return
    with gallery() as origin:
        take(origin + options.url, options.out, options)


if __name__ == "__main__":
    main()

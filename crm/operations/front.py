"""What stands before Flask: the gate for proxies, and the static files."""

import ipaddress
import shutil
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from crm.operations.listening import Network
from crm.people.headers import STEADY

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
COMPRESSED = frozenset({".js", ".css", ".svg", ".map", ".txt", ".json"})
_QUALITY = 9
_DAY_SECONDS = 86_400
_FOR_EVER = "public, max-age=31536000, immutable"


class OnlyThrough:
    """Lets in what comes through the named proxies, whose forwarded headers are believed, and this machine.

    Anybody else could write those headers, so anybody else is refused.
    """

    def __init__(self, application: Wsgi, proxies: tuple[Network, ...]) -> None:
        self._direct = application
        self._forwarded = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
        self._proxies = proxies

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        peer = ipaddress.ip_address(environ.get("REMOTE_ADDR") or "0.0.0.0")
        if any(peer in network for network in self._proxies):
            return self._forwarded(environ, start_response)
        if peer.is_loopback:
            return self._direct(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return ["请通过代理访问。 Please come through the proxy.\n".encode()]


class StaticFiles(WhiteNoise):
    """WhiteNoise; a file that is asked for with its digest (`?v=`) never changes and may be kept for ever."""

    @staticmethod
    def serve(static_file: Any, environ: Environ, start_response: Any) -> Any:
        """The file, with the headers that every answer has."""
        named = environ.get("QUERY_STRING", "").startswith("v=")

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            if named and status.startswith("200"):
                headers = [pair for pair in headers if pair[0] != "Cache-Control"]
                headers.append(("Cache-Control", _FOR_EVER))
            return start_response(status, headers)

        return WhiteNoise.serve(static_file, environ, start)


def stand_before(app: Flask, proxies: tuple[Network, ...]) -> Wsgi:
    """The application as the server runs it."""
    settings = app.config["CRM"]
    folder = compressed_copy(Path(str(app.static_folder)), settings.home / "static")

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in STEADY.items():
            headers[name] = value
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        if settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    files = StaticFiles(
        app.wsgi_app,
        root=str(folder),
        prefix="static",
        max_age=_DAY_SECONDS,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
    return OnlyThrough(files, proxies) if proxies else files


def compressed_copy(source: Path, kept: Path) -> Path:
    """A copy of the static files with a brotli and a gzip one beside each; made once for each version of them."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    folder = kept / _digest(source, files)
    if folder.is_dir():
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    draft = kept / f".{folder.name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    for path in files:
        _copy_compressed(path, draft / path.relative_to(source))
    for old in kept.iterdir():
        if old != draft:
            shutil.rmtree(old, ignore_errors=True)
    draft.rename(folder)
    return folder


def _digest(source: Path, files: list[Path]) -> str:
    digest = sha256()
    for path in files:
        digest.update(f"{path.relative_to(source)}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _copy_compressed(path: Path, copy: Path) -> None:
    import gzip

    import brotli

    content = path.read_bytes()
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    if path.suffix not in COMPRESSED or len(content) < 500:
        return
    copy.with_name(copy.name + ".br").write_bytes(brotli.compress(content, quality=_QUALITY))
    copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))

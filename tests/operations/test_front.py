"""Before Flask: proxies that are believed, strangers that are not, and static files."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from crm.operations.front import OnlyThrough, compressed_copy, stand_before
from crm.operations.listening import checked

PROXIES = checked("0.0.0.0", 1, None, None, ("10.0.0.5", "172.20.0.0/16")).proxies
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "crm.example"}


def _echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    said = (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"])
    return [" ".join(said).encode()]


def _ask(peer: str) -> tuple[str, str]:
    environ = EnvironBuilder(headers=FORGED, environ_overrides={"REMOTE_ADDR": peer}).get_environ()
    chunks, status, _ = run_wsgi_app(OnlyThrough(_echo, PROXIES), environ)
    return status, b"".join(chunks).decode()


@pytest.mark.parametrize("peer", ["10.0.0.5", "172.20.255.255"])
def test_forwarded_headers_of_a_named_proxy_are_believed(peer: str) -> None:
    assert _ask(peer) == ("200 OK", "203.0.113.9 https crm.example")


@pytest.mark.parametrize("peer", ["10.0.0.4", "10.0.0.6", "172.19.255.255", "172.21.0.0", "203.0.113.7"])
def test_whoever_comes_past_the_proxy_is_refused(peer: str) -> None:
    status, text = _ask(peer)
    assert status == "403 Forbidden"
    assert "through the proxy" in text


def test_this_machine_is_let_in_but_its_forwarded_headers_are_not_believed() -> None:
    assert _ask("127.0.0.1") == ("200 OK", "127.0.0.1 http localhost")


@pytest.fixture
def visitor(app: Flask) -> Client:
    """A browser before the application as the server runs it."""
    return Client(stand_before(app, ()))


def test_static_files_come_compressed_with_the_security_headers(visitor: Client) -> None:
    plain = visitor.get("/static/vendor/tabler/tabler.min.css", buffered=True)
    small = visitor.get(
        "/static/vendor/tabler/tabler.min.css", headers={"Accept-Encoding": "br, gzip"}, buffered=True
    )
    older = visitor.get(
        "/static/vendor/tabler/tabler.min.css", headers={"Accept-Encoding": "gzip"}, buffered=True
    )
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.data) == plain.data
    assert gzip.decompress(older.data) == plain.data
    assert len(small.data) < len(plain.data) / 5
    for answer in (plain, small, older):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_file_named_with_its_digest_is_kept_for_ever_and_others_for_a_day(visitor: Client) -> None:
    named = visitor.get("/static/vendor/tabler/tabler.min.css?v=0123456789ab", buffered=True)
    bare = visitor.get("/static/vendor/tabler/tabler.min.css", buffered=True)
    assert "immutable" in named.headers["Cache-Control"]
    assert bare.headers["Cache-Control"] == "max-age=86400, public"


@pytest.mark.parametrize(
    "path",
    ["/static/../crm/config.py", "/static/%2e%2e/pyproject.toml", "/static/vendor/tabler/tabler.min.css.br"],
)
def test_nothing_but_the_static_files_is_served(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_pages_still_come_from_flask(visitor: Client) -> None:
    assert visitor.get("/sign-in").status_code in (200, 302)


def test_the_compressed_copy_is_made_once_for_each_version(tmp_path: Path) -> None:
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    (source / "a.css").write_text("a { color: red }\n" * 100, "ascii")
    first = compressed_copy(source, kept)
    made = (first / "a.css.br").stat().st_mtime_ns
    assert compressed_copy(source, kept) == first
    assert (first / "a.css.br").stat().st_mtime_ns == made
    (source / "a.css").write_text("a { color: blue }\n" * 100, "ascii")
    second = compressed_copy(source, kept)
    assert second != first
    assert b"blue" in brotli.decompress((second / "a.css.br").read_bytes())
    assert [path.name for path in kept.iterdir()] == [second.name]

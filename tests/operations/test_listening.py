"""Where the server may listen: never where passwords would travel in the clear."""

import socket
from pathlib import Path

import pytest

from crm.errors import Misconfigured
from crm.operations.listening import checked, is_loopback, listen, listen_nearby


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.20", "office.example", "128.0.0.1", "126.255.255.255"]
)
def test_an_address_that_others_reach_is_refused_without_tls_or_proxy(host: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        checked(host, 8000, None, None, ())
    assert "--certificate" in refusal.value.en
    assert "--proxy" in refusal.value.zh


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "127.255.255.255", "::1", "localhost"])
def test_loopback_needs_neither(host: str) -> None:
    assert not checked(host, 8000, None, None, ()).https
    assert is_loopback(host)


def test_an_open_address_is_taken_with_a_certificate_or_a_named_proxy(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("x", "ascii")
    assert checked("0.0.0.0", 1, tmp_path / "cert.pem", tmp_path / "key.pem", ()).https
    assert checked("0.0.0.0", 1, None, None, ("10.0.0.5", "172.20.0.0/16")).https


def test_half_a_pair_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("x", "ascii")
    with pytest.raises(Misconfigured, match="belong together"):
        checked("0.0.0.0", 1, tmp_path / "cert.pem", None, ())
    with pytest.raises(Misconfigured, match=r"no file .*key\.pem"):
        checked("0.0.0.0", 1, tmp_path / "cert.pem", tmp_path / "key.pem", ())


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0.5:80", "", "10.0.0.0/33"])
def test_a_proxy_is_named_by_its_address(proxy: str) -> None:
    with pytest.raises(Misconfigured, match="IP address or network"):
        checked("127.0.0.1", 1, None, None, (proxy,))


def test_a_taken_port_is_said_in_one_sentence_and_the_next_free_one_is_found() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured) as refusal:
            listen("127.0.0.1", port)
        assert str(port) in refusal.value.zh
        assert "--port" in refusal.value.en
        with listen_nearby("127.0.0.1", port) as other:
            assert other.getsockname()[1] != port
            assert other.family == socket.AF_INET

"""Where the server listens, and who may reach it there: loopback, TLS, or through a named proxy."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from crm.errors import Misconfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_BACKLOG = 256
_OTHER_PORTS = 20


@dataclass(frozen=True)
class Listening:
    """What `crm serve` was told, checked. `proxies` are the networks that requests may come through."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[Network, ...] = ()

    @property
    def https(self) -> bool:
        """Whether people come by https: here, or at the proxy."""
        return bool(self.certificate or self.proxies)

    def check_certificate(self) -> None:
        """`Misconfigured` where certificate and key cannot be used together."""
        if self.certificate is None or self.key is None:
            return
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.certificate, self.key)
        except (OSError, ValueError) as problem:
            raise Misconfigured(
                f"证书 {self.certificate} 与私钥 {self.key} 无法使用：{problem}。",
                f"The certificate {self.certificate} and the key {self.key} cannot be used: {problem}.",
            ) from None

    def address(self, port: int) -> str:
        """What to type into the browser on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if not is_loopback(self.host) and self.host in ("0.0.0.0", "::"):
            host = socket.gethostname()
        return f"{'https' if self.certificate else 'http'}://{host}:{port}/"


def checked(
    host: str, port: int, certificate: Path | None, key: Path | None, proxies: tuple[str, ...]
) -> Listening:
    """The same, or `Misconfigured`: an open address needs TLS or a named proxy."""
    if (certificate is None) != (key is None):
        raise Misconfigured(
            "--certificate 与 --key 须同时给出。", "--certificate and --key belong together; give both."
        )
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise Misconfigured(f"找不到文件 {path}。", f"There is no file {path}.")
    found = Listening(host, port, certificate, key, tuple(_network(text) for text in proxies))
    if not (is_loopback(host) or found.https):
        raise Misconfigured(
            f"{host} 可被其他机器访问，密码和客户电话会以明文传输。请加 --certificate 与 --key，"
            "或用 --proxy 指明代理的地址，或只用 --host 127.0.0.1。",
            f"Other machines can reach {host}, and passwords and telephone numbers would travel in the clear. "
            "Add --certificate and --key, or name the proxy's address with --proxy, or keep to --host 127.0.0.1.",
        )
    return found


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Misconfigured(
            f"--proxy 应为代理的 IP 地址或网段（如 10.0.0.5 或 172.20.0.0/16），而不是“{text}”。",
            f"--proxy takes the proxy's IP address or network, such as 10.0.0.5 or 172.20.0.0/16, not {text!r}.",
        ) from None


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; `Misconfigured` when the address or port cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise Misconfigured(
            f"无法使用 {host} 的端口 {port}：{reason}。可能有别的程序占用，请用 --port 另选一个。",
            f"Port {port} of {host} cannot be had: {reason}. Perhaps another program uses it; "
            "choose another with --port.",
        ) from None


def listen_nearby(host: str, port: int) -> socket.socket:
    """The listening socket at that port, or at the next free one."""
    for candidate in range(port, port + _OTHER_PORTS):
        try:
            return listen(host, candidate)
        except Misconfigured:
            continue
    return listen(host, 0)

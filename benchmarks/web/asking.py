"""The load itself: plain sockets, so that the client takes as little as possible of the cores it shares."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np

Asked = Callable[[], bytes]


def get(path: str, cookies: str) -> bytes:
    """A request for a page, as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n".encode()


def post(path: str, cookies: str, values: dict[str, str], htmx: bool) -> bytes:
    """A request with a form, as bytes."""
    body = urlencode(values).encode()
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookies}", f"Content-Length: {len(body)}"]
    head.append("Content-Type: application/x-www-form-urlencoded")
    if htmx:
        head.append("HX-Request: true")
    return "\r\n".join([*head, "", ""]).encode() + body


class Line:
    """A kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> int:
        """Send the request and read the whole answer; gives its status."""
        for _ in range(2):
            try:
                return self._ask(request)
            except (ConnectionError, TimeoutError):
                self.close()  # the server may close a kept connection at any time; ask once more
        raise ConnectionError("the server does not answer")

    def _ask(self, request: bytes) -> int:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = bytes(data[:end]).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(data) < end + 4 + length:
            data += self._more()
        if b"connection: close" in head:
            self.close()
        return int(head[9:12])

    def _more(self) -> bytes:
        assert self._socket is not None
        block = self._socket.recv(1 << 16)
        if not block:
            raise ConnectionError("closed")
        return block

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@dataclass
class Took:
    """Milliseconds of each request, and the answers that were not what was wanted."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """p50 is percentile(50)."""
        return float(np.percentile(self.milliseconds, share))

    def add(self, other: "Took") -> None:
        """Take what somebody else measured."""
        self.milliseconds += other.milliseconds
        for status, number in other.wrong.items():
            self.wrong[status] = self.wrong.get(status, 0) + number

    def note(self, began: float, status: int) -> None:
        """One request."""
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        if status != 200:
            self.wrong[status] = self.wrong.get(status, 0) + 1


def all_at_once(port: int, askers: list[Asked], seconds: float) -> Took:
    """Each asker asks again as soon as it is answered."""
    results = [Took() for _ in askers]
    ends = time.perf_counter() + seconds

    def go(number: int) -> None:
        line = Line(port)
        while (began := time.perf_counter()) < ends:
            results[number].note(began, line.ask(askers[number]()))
        line.close()

    _in_threads(go, len(askers))
    return _together(results)


def steadily(port: int, askers: list[Asked], a_second: float, seconds: float) -> Took:
    """So many requests a second, whether the last is answered or not; a late start counts as waiting."""
    results = [Took() for _ in askers]
    start, many = time.perf_counter() + 0.2, len(askers)

    def go(number: int) -> None:
        line = Line(port)
        for turn in range(number, int(a_second * seconds), many):
            due = start + turn / a_second
            time.sleep(max(due - time.perf_counter(), 0))
            results[number].note(due, line.ask(askers[number]()))
        line.close()

    _in_threads(go, many)
    return _together(results)


def _in_threads(go: Callable[[int], None], many: int) -> None:
    threads = [threading.Thread(target=go, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _together(results: list[Took]) -> Took:
    whole = Took()
    for one in results:
        whole.add(one)
    return whole

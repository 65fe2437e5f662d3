"""A browser of the simplest kind: one kept connection, cookies, and the tokens of the forms that it has seen."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

_FORM = re.compile(r'<form\b[^>]*\baction="(?P<action>[^"]*)"[^>]*>(?P<inside>.*?)</form>', re.DOTALL)
_INPUT = re.compile(r"<input\b[^>]*>")
_NAME, _VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    location: str = ""


@dataclass
class Visitor:
    """Asks one server, over one connection that is opened anew where it broke."""

    port: int
    host: str = "127.0.0.1"
    timeout: float = 60.0
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, values: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(values), kind | dict(headers or {}))

    def sign_in(self, login: str, password: str) -> None:
        """Sign in; RuntimeError where that fails."""
        tokens = hidden(self.get("/sign-in").text, "/sign-in")
        answer = self.post("/sign-in", tokens | {"login": login, "password": password})
        if answer.status not in (302, 303):
            raise RuntimeError(f"signing in as {login} was answered {answer.status}")

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self._connection.request(method, path, body, {**headers, "Cookie": cookie})
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text, response.headers.get("Location", ""))


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form with that action, tokens among them; LookupError without the form."""
    for form in _FORM.finditer(page):
        if unescape(form["action"]) == action:
            tags = [tag for tag in _INPUT.findall(form["inside"]) if 'type="hidden"' in tag]
            return {_NAME.search(tag)[1]: unescape(_value(tag)) for tag in tags if "name=" in tag}  # type: ignore[index]
    raise LookupError(f"the page has no form with the action {action}")


def _value(tag: str) -> str:
    found = _VALUE.search(tag)
    return found[1] if found else ""

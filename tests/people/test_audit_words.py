"""The audit page speaks in words: every act that the program writes down has one."""

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import crm
from crm.people import audit
from crm.people.audit_words import ACTIONS, DETAILS

AT = dt.datetime(2026, 11, 20, 9)
OWN = {"at"}  # a column of its own, not a detail


def calls() -> Iterator[ast.Call]:
    """Each call of `audit.record` in the program."""
    for path in Path(crm.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                yield node


def names(value: ast.expr) -> Iterator[str]:
    """The names that an expression may give, where it spells them out."""
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from (*names(value.body), *names(value.orelse))


def test_every_act_that_is_written_down_has_a_word():
    written = {name for call in calls() for name in names(call.args[1])}
    assert len(written) > 40
    assert written <= ACTIONS.keys()


def test_every_detail_that_is_written_down_has_a_word():
    written = {each.arg for call in calls() for each in call.keywords} - OWN
    assert {"amount", "reason"} <= written <= DETAILS.keys()


def test_the_page_says_what_was_done_in_words_and_still_filters_by_the_act(people, store):
    audit.record("A1", "customer.revealed", "C1", at=AT, why="call")
    audit.record("A1", "roster.changed", at=AT, days=2, kind="")
    page = people.browser("admin").get("/admin/audit?action=customer.revealed").get_data(as_text=True)
    table = page[page.index("<table") : page.index("</table")]
    assert "查看了完整号码" in table
    assert "为了 打电话" in table
    assert "customer.revealed" not in table
    assert "改了排班" not in table


def test_in_english_the_page_speaks_english(people, store):
    audit.record("A1", "customer.revealed", "C1", at=AT, why="call")
    admin = people.browser("admin")
    admin.post("/language", data={"lang": "en"})
    page = admin.get("/admin/audit").get_data(as_text=True)
    assert "Showed a whole number" in page
    assert "查看了完整号码" not in page


def test_an_act_of_an_older_version_is_shown_by_its_name(people, store):
    audit.record("A1", "something.gone", "C1", at=AT, odd=[True, {"a": 1}])
    page = people.browser("admin").get("/admin/audit").get_data(as_text=True)
    assert "something.gone" in page
    assert "odd 是、a 1" in page

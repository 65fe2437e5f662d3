"""docs/rulebook.md, the parameters, the rules and the evidence sentences name the same things."""

import re
import tomllib
from pathlib import Path

from crm.rulebook import load
from crm.rulebook.catalogue import rules
from crm.rulebook.tables import NO_DAY
from crm.rulebook.words import words

DOCUMENT = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text("utf-8")
PARAMETERS = DOCUMENT.split("## Parameters")[1].split("## Choices")[0]


def test_the_document_lists_every_parameter_with_its_shipped_value() -> None:
    written = dict(re.findall(r"`(\w+)` \(?(\d+(?:\.\d+)?|none)", PARAMETERS))
    shipped = {
        name: str(term.steps[0][1]) if term.steps and term.steps[0][0] == NO_DAY else "none"
        for name, term in load().terms.items()
    }
    assert written == shipped


def test_the_document_explains_every_rule_in_its_section() -> None:
    for rule in rules():
        heading = rf"\*\*{re.escape(rule.section)} [^*]*`{rule.code}`"
        assert re.search(heading, DOCUMENT), rule.code


def test_every_amount_and_parameter_of_a_rule_is_one_of_the_rulebook() -> None:
    names = set(load().terms)
    for rule in rules():
        assert set(rule.parameters) <= names, rule.code


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    zh, en = words("zh"), words("en")
    assert set(zh) == set(en)
    for key in zh:
        blanks = [sorted(re.findall(r"%\(\w+\)\w|%[sd]", text)) for text in (zh[key], en[key])]
        assert blanks[0] == blanks[1], key


def test_every_parameter_says_what_it_is_in_both_languages_and_where_it_comes_from() -> None:
    raw = Path(__file__).parents[2] / "crm/rulebook/values/parameters.toml"
    for name, term in tomllib.loads(raw.read_text("utf-8")).items():
        assert {"kind", "unit", "rule", "clause", "source", "zh", "en"} <= set(term), name

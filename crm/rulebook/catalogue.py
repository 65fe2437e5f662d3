"""The rules by name: section, clause of the duties, what the amount is, and the source text."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Rule:
    """One rule as the rulebook states it; `amount` is a formula over parameter names, empty for none."""

    code: str
    section: str
    clause: str
    amount: str
    parameters: tuple[str, ...]
    zh: str
    en: str
    source: str

    def title(self, lang: str) -> str:
        """What people call it."""
        return self.en if lang == "en" else self.zh


@cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order of the rulebook."""
    text = resources.files("crm.rulebook").joinpath("values/rules.toml").read_text("utf-8")
    return tuple(
        Rule(**(raw | {"parameters": tuple(raw["parameters"])})) for raw in tomllib.loads(text)["rule"]
    )


@cache
def rule_titles(lang: str) -> dict[str, str]:
    """The title of each rule by its code."""
    return {rule.code: rule.title(lang) for rule in rules()}

"""The numbers of the rulebook: dated, with their clause and unit, never a constant in code.

A parameter has values from dates on. A count takes the value of the date walked, a due that of the clock's
date, a month that of its last date (rulebook, Parameters). An override adds to the series that ships with
the program: before its first `from` the shipped value holds.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crm.rulebook.tables import NO_DAY, day_number

Value = int | Decimal | date
Steps = tuple[tuple[int, Value], ...]
"""(first day number, value), ascending; the first begins at `NO_DAY`, before every date."""

FEN = Decimal("0.01")


class UnknownParameter(ValueError):
    """A name that no parameter of the rulebook has."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(
            f"{where}: 没有名为 {name} 的参数 (there is no parameter {name}); crm rules 列出全部参数"
        )


class BadParameter(ValueError):
    """A value that the parameter of this name cannot take."""

    def __init__(self, name: str, value: object, expected: str, where: str) -> None:
        super().__init__(
            f"{where}: {name} = {value!r} 不对，应为 {expected} (not valid, expected {expected})"
        )


@dataclass(frozen=True)
class Term:
    """What a parameter is: its kind, unit, clause and sentence of the duties, and what it means."""

    name: str
    kind: str
    unit: str
    rule: str
    clause: str
    source: str
    zh: str
    en: str
    least: int | None
    steps: Steps


def fen(yuan: Decimal) -> int:
    """Yuan to whole fen, the magnitude rounded half up once."""
    return int((yuan / FEN).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Parameters:
    """The parameters in force, by name; unknown names raise KeyError at once."""

    terms: Mapping[str, Term]

    def at(self, name: str, day: int) -> Value | None:
        """The value on a day number, None where the parameter is not set then."""
        found: Value | None = None
        for first, value in self.terms[name].steps:
            if first > day:
                break
            found = value
        return found

    def integer(self, name: str, day: int) -> int:
        """A count or number of days in force on that day."""
        value = self.at(name, day)
        assert isinstance(value, int)
        return value

    def decimal(self, name: str, day: int) -> Decimal:
        """A decimal in force on that day."""
        value = self.at(name, day)
        assert isinstance(value, Decimal)
        return value

    def over(self, name: str, days: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """The whole numbers (money in fen) in force on each of these days."""
        steps = self.terms[name].steps
        firsts = np.array([first for first, _ in steps], np.int64)
        values = np.array([fen(v) if isinstance(v, Decimal) else v for _, v in steps], np.int64)
        taken: npt.NDArray[np.int64] = values[np.searchsorted(firsts, days, side="right") - 1]
        return taken

    def largest(self, name: str) -> int:
        """The largest value the parameter ever takes, for bounds."""
        return max(value for _, value in self.terms[name].steps if isinstance(value, int))

    @property
    def records_begin(self) -> int:
        """The day number from which records are complete; `NO_DAY` where it is not set."""
        value = self.at("records_begin", NO_DAY)
        return day_number(value) if isinstance(value, date) else NO_DAY

    def with_values(self, overrides: Mapping[str, object], where: str = "rulebook") -> "Parameters":
        """These parameters with others laid over them.

        A value is plain, for all dates, or a series of `{from, value}` mappings or `(from, value)` pairs.
        Raises UnknownParameter or BadParameter.
        """
        terms = dict(self.terms)
        for name, given in overrides.items():
            if name not in terms:
                raise UnknownParameter(name, where)
            terms[name] = replace(terms[name], steps=_laid_over(terms[name], given, where))
        return Parameters(terms)


def load(override: Path | None = None) -> Parameters:
    """The shipped parameters, with those of a TOML file laid over them.

    Raises UnknownParameter, BadParameter; ValueError where the file is not TOML; OSError where it cannot be
    read.
    """
    shipped = _shipped()
    if override is None:
        return shipped
    try:
        given = tomllib.loads(override.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{override}: 不是有效的 TOML 文件 (not valid TOML): {error}") from None
    return shipped.with_values(given, str(override))


@cache
def _shipped() -> Parameters:
    text = resources.files("crm.rulebook").joinpath("values/parameters.toml").read_text("utf-8")
    return Parameters({name: _term(name, raw) for name, raw in tomllib.loads(text).items()})


def _term(name: str, raw: Mapping[str, Any]) -> Term:
    texts = {key: raw[key] for key in ("kind", "unit", "rule", "clause", "source", "zh", "en")}
    term = Term(name, **texts, least=raw.get("least"), steps=())
    given = raw.get("values", raw.get("value"))
    return term if given is None else replace(term, steps=_laid_over(term, given, "parameters.toml"))


def _laid_over(term: Term, given: object, where: str) -> Steps:
    if not isinstance(given, Sequence) or isinstance(given, str):
        return ((NO_DAY, _checked(term, given, where)),)
    if term.kind == "date":
        raise BadParameter(term.name, given, "一个日期 (one date)", where)
    later = sorted(_step(term, item, where) for item in given)
    firsts = [first for first, _ in later]
    if len(set(firsts)) < len(firsts):
        raise BadParameter(term.name, given, "每个起始日期只出现一次 (each from-date once)", where)
    if not later:
        raise BadParameter(term.name, given, "至少一个值 (at least one value)", where)
    if later[0][0] == NO_DAY:
        return tuple(later)
    before = tuple(step for step in term.steps if step[0] < firsts[0])
    return before + tuple(later)


def _step(term: Term, item: object, where: str) -> tuple[int, Any]:
    first, value = _parts(term, item, where)
    if first is not None and (not isinstance(first, date) or hasattr(first, "hour")):
        raise BadParameter(term.name, item, "from = 2026-10-01 这样的日期 (a date)", where)
    return (NO_DAY if first is None else day_number(first)), _checked(term, value, where)


def _parts(term: Term, item: object, where: str) -> tuple[Any, object]:
    if isinstance(item, Mapping) and set(item) <= {"from", "value"} and "value" in item:
        return item.get("from"), item["value"]
    if isinstance(item, tuple) and len(item) == 2:
        return item
    raise BadParameter(term.name, item, "{from = 2026-10-01, value = 4}", where)


def _checked(term: Term, value: object, where: str) -> Value:
    """The value in the parameter's own type; BadParameter where it is of another kind or too small."""
    if term.kind == "date":
        if isinstance(value, date) and not hasattr(value, "hour"):
            return value
        raise BadParameter(term.name, value, "2026-10-01 这样的日期 (a date)", where)
    number = _number(value)
    whole = number is not None and number == number.to_integral_value()
    if number is None or (term.kind == "integer" and not whole):
        expected = "整数 (a whole number)" if term.kind == "integer" else "数字 (a number)"
        raise BadParameter(term.name, value, expected, where)
    if term.least is not None and number < term.least:
        raise BadParameter(term.name, value, f"不小于 {term.least} (at least {term.least})", where)
    return int(number) if term.kind == "integer" else number


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

"""Versions of the rulebook: every number that was ever settled with, so that it can be settled with again.

A version is named after the program and a digest of its text (`crm.penalties.version`). Kept are the numbers, not the
rules' code: the rules themselves are those of the program that runs.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.extensions import db
from crm.penalties.chain import append_one
from crm.penalties.models import RulebookVersion
from crm.penalties.version import rulebook_version, text_of
from crm.rulebook.parameters import Parameters, Steps, Value, load


class UnknownVersion(LookupError):
    """A version of the rulebook that was never kept."""


def keep_version(session: Session, parameters: Parameters, at: dt.datetime) -> str:
    """The version of these parameters, kept if it is new; inside the act."""
    version = rulebook_version(parameters)
    if session.scalar(select(RulebookVersion.number).where(RulebookVersion.version == version)) is None:
        append_one(session, RulebookVersion, version=version, parameters=text_of(parameters), recorded_at=at)
    return version


def parameters_of(version: str, session: Session | None = None) -> Parameters:
    """The numbers of a kept version; UnknownVersion for any other."""
    query = select(RulebookVersion.parameters).where(RulebookVersion.version == version)
    text = (session or db.session()).scalar(query)
    if text is None:
        raise UnknownVersion(version)
    return read_parameters(text)


def read_parameters(text: str) -> Parameters:
    """Parameters out of their kept text; one that this program has and the text lacks is as shipped."""
    shipped = load()
    kept: Mapping[str, Any] = json.loads(text)
    return Parameters(
        {
            name: replace(term, steps=_steps(term.kind, kept[name])) if name in kept else term
            for name, term in shipped.terms.items()
        }
    )


def _steps(kind: str, steps: list[list[Any]]) -> Steps:
    return tuple((int(first), _value(kind, str(value))) for first, value in steps)


def _value(kind: str, text: str) -> Value:
    if kind == "date":
        return dt.date.fromisoformat(text)
    return int(text) if kind == "integer" else Decimal(text)

"""Which rulebook gave an entry: the program's version and a digest of every parameter in force."""

import hashlib
import json
from importlib.metadata import version

from crm.rulebook.parameters import Parameters

DIGITS = 12


def text_of(parameters: Parameters) -> str:
    """Every parameter as JSON: by name the values, each with the day number from which it counts."""
    steps = {
        name: [[first, str(value)] for first, value in term.steps]
        for name, term in sorted(parameters.terms.items())
    }
    return json.dumps(steps)


def digest_of_text(text: str) -> str:
    """The digits by which a version is named after its text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def rulebook_version(parameters: Parameters) -> str:
    """Such as `0.1.0+5f1d0a8c22e4`: the same for the same rules and the same values from the same dates."""
    return f"{version('yingban-crm')}+{digest_of_text(text_of(parameters))}"

"""Which rulebook gave an entry: the program's version and a digest of every parameter in force."""

import hashlib
import json
from importlib.metadata import version

from crm.rulebook.parameters import Parameters

DIGITS = 12


def rulebook_version(parameters: Parameters) -> str:
    """Such as `0.1.0+5f1d0a8c22e4`: the same for the same rules and the same values from the same dates."""
    steps = {
        name: [[first, str(value)] for first, value in term.steps]
        for name, term in sorted(parameters.terms.items())
    }
    digest = hashlib.sha256(json.dumps(steps).encode()).hexdigest()
    return f"{version('yingban-crm')}+{digest[:DIGITS]}"

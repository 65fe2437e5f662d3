"""Finds Chinese that would stand on an English page: outside `_()` in templates and in Python."""

import ast
import re
from pathlib import Path

from jinja2 import Environment, nodes

HAN = re.compile(r"[\u3400-\u9fff]")
TRANSLATING = {"_", "translate", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}
LOGGING = {"debug", "info", "warning", "error", "exception"}
# What writes no page: the core and the commands speak both languages themselves, and the demo company's records
# are data, as the sample's are.
ELSEWHERE = {"cli", "demo", "migrations", "rulebook", "sample", "store", "workbook"}


def in_template(source: str, environment: Environment) -> list[str]:
    """The Chinese of a template that no translation reaches."""
    tree = environment.parse(source)
    translated = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING
        for constant in call.find_all(nodes.Const)
    }
    texts = [data.data for data in tree.find_all(nodes.TemplateData)]
    texts += [
        str(constant.value) for constant in tree.find_all(nodes.Const) if id(constant) not in translated
    ]
    return [text.strip() for text in texts if HAN.search(text)]


def _is_chinese(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(HAN.search(node.value))


def _text(value: ast.AST) -> str:
    """The constant parts of a text or an f-string."""
    parts = (part.value for part in ast.walk(value) if isinstance(part, ast.Constant))
    return "".join(part for part in parts if isinstance(part, str))


def _covers(node: ast.AST) -> bool:
    """Whether the call translates or logs, or a call, pair or mapping holds the sentence in both languages."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in TRANSLATING | LOGGING:
            return True
        return _in_both([*node.args, *(keyword.value for keyword in node.keywords)])
    if isinstance(node, ast.Tuple):
        return _in_both(node.elts)
    return isinstance(node, ast.Dict) and _in_both(node.values)


def _in_both(values: list[ast.expr]) -> bool:
    texts = [_text(value) for value in values if isinstance(value, ast.Constant | ast.JoinedStr)]
    return any(HAN.search(text) for text in texts) and any(
        not HAN.search(text) and " " in text for text in texts
    )


def in_python(source: str) -> list[str]:
    """The Chinese of a module that no translation reaches; docstrings and log lines are not for the screen."""
    tree = ast.parse(source)
    covered: set[int] = set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        choice = isinstance(node, ast.IfExp)
        if docstring or choice or _covers(node):
            covered |= {id(inner) for inner in ast.walk(node)}
    found = [node for node in ast.walk(tree) if _is_chinese(node) and id(node) not in covered]
    return [f"{node.lineno}: {node.value}" for node in found]  # type: ignore[attr-defined]


def rooms(package: Path) -> list[Path]:
    """The modules that may write for the screen."""
    return sorted(
        path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in ELSEWHERE
    )

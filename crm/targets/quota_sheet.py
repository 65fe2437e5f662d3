"""The sheet on which a month's quotas are typed: what came with the form, line by line, with its sentences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from crm.deals.amounts import parse_yuan
from crm.errors import Invalid
from crm.targets.quota_services import Aim, Typed

PARTS = ("units", "amount", "seen")
_WHOLE = re.compile(r"[0-9]{1,6}")


@dataclass
class Cells:
    """One line as it stands in the form: texts, and a sentence beside each that is wrong."""

    units: str = ""
    amount: str = ""
    seen: str = ""
    errors: dict[str, Invalid] = field(default_factory=dict)


def cells_of(aim: Aim | None) -> Cells:
    """The line of a stored quota."""
    if aim is None:
        return Cells()
    return Cells(str(aim.units), _plain(aim.amount), seen_of(aim))


def seen_of(aim: Aim | None) -> str:
    """What the page showed, to be sent back with the form: `4|2000000`, empty for no quota."""
    return "" if aim is None else f"{aim.units}|{_plain(aim.amount)}"


def _plain(amount: Decimal | None) -> str:
    """Yuan without needless zeros."""
    if amount is None:
        return ""
    return str(int(amount)) if amount == int(amount) else f"{amount:.2f}"


def read_sheet(form: "MultiDict[str, str]", people: Iterable[str]) -> tuple[dict[str, Cells], list[Typed]]:
    """The lines of these people that the form has, and what they mean; a line that is wrong means nothing."""
    sheet, lines = {}, []
    for staff_id in people:
        if f"units-{staff_id}" not in form:
            continue
        units, amount, seen = (form.get(f"{name}-{staff_id}", "").strip() for name in PARTS)
        cells = Cells(units, amount, seen)
        sheet[staff_id] = cells
        wanted = _wanted(cells)
        if not cells.errors:
            lines.append(Typed(staff_id, wanted, _seen(cells.seen)))
    return sheet, lines


def _wanted(cells: Cells) -> Aim | None:
    amount = None
    try:
        amount = parse_yuan(cells.amount, "amount")
    except Invalid as problem:
        cells.errors["amount"] = problem
    if not cells.units:
        if cells.amount:
            cells.errors["units"] = Invalid("填了金额，也请填套数。", "Enter the units too.", "units")
        return None
    if not _WHOLE.fullmatch(cells.units):
        cells.errors["units"] = Invalid("请填整数套数。", "Enter a whole number of units.", "units")
        return None
    return Aim(int(cells.units), amount)


def _seen(text: str) -> Aim | None:
    units, _bar, amount = text.partition("|")
    if not _WHOLE.fullmatch(units):
        return None
    try:
        return Aim(int(units), parse_yuan(amount))
    except Invalid:
        return None

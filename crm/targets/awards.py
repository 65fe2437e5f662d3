"""Who may be given an award of a calendar year (§7 五1, 2): a case of that year takes the right to it away.

Which case does is the rulebook's word (8.1, `award-ineligible`); rankings and lists of awards ask here.
"""

from collections.abc import Collection

from sqlalchemy import select

from crm.extensions import db
from crm.rulebook.cases import award_year, award_year_span
from crm.targets.models import Case


def award_ineligible(staff_ids: Collection[str], year: int) -> dict[str, list[Case]]:
    """Of these people those who get no award of that year, each with the cases that are why, earliest first.

    It says nothing of who may know; ask only about people whom the reader may see.
    """
    first, last = award_year_span(year)
    query = select(Case).where(Case.staff_id.in_(list(staff_ids)), Case.on.between(first, last))
    found: dict[str, list[Case]] = {}
    for case in db.session.scalars(query.order_by(Case.on, Case.kind)):
        if award_year(case.on) == year:
            found.setdefault(case.staff_id, []).append(case)
    return found

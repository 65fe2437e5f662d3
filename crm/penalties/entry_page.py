"""The page of one entry: what it rests on, what corrected it, what was said against it, and what can be done."""

from flask import render_template, url_for
from sqlalchemy import select

from crm.clock import now, today
from crm.extensions import db
from crm.penalties.lifting import may_decide
from crm.penalties.lines import lines_of
from crm.penalties.models import LATE, LIFT, POSTED, LedgerEntry
from crm.penalties.objection_forms import AnswerForm, LiftForm, ObjectionForm
from crm.penalties.objections import Standing, note_seen, standing_of
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission


def entry_page(
    row: LedgerEntry,
    objection: ObjectionForm | None = None,
    lift: LiftForm | None = None,
    answer: AnswerForm | None = None,
) -> str:
    """The page, with forms as they were typed."""
    note_seen(me(), [row], now())
    row = db.session.get_one(LedgerEntry, row.entry_id)
    standing = standing_of(db.session(), row.entry_id)
    line = lines_of(me(), [row], today())[0]
    decides = may_decide(me(), row.entry_id, db.session())
    stands = row.kind in (POSTED, LATE) and line.reversed_by is None
    return render_template(
        "penalties/entry.html",
        row=row,
        line=line,
        who=db.session.get_one(Staff, row.staff_id),
        names=_names(row, standing),
        back=back_to(row),
        standing=standing,
        objects=_objects(row, standing),
        too_late=row.staff_id == me().staff_id and _too_late(standing),
        lifts=decides and stands and not (standing.objection and not standing.answer),
        answers=decides and standing.objection is not None and standing.answer is None,
        stands=stands,
        objection_form=objection or ObjectionForm(formdata=None),
        lift_form=lift or LiftForm(formdata=None),
        answer_form=answer or AnswerForm(formdata=None),
    )


def _objects(row: LedgerEntry, standing: Standing) -> bool:
    own = row.staff_id == me().staff_id and me().may(Permission.OWN_LEDGER_OBJECT)
    return own and row.kind != LIFT and standing.open_on(today())


def _too_late(standing: Standing) -> bool:
    return standing.objection is None and standing.until is not None and today() > standing.until


def _names(row: LedgerEntry, standing: Standing) -> dict[str, str]:
    """The names of those who settled, lifted or answered, where they are of the staff."""
    ids = {row.actor, row.staff_id}
    if standing.answer is not None:
        ids.add(standing.answer.answered_by)
    query = select(Staff.staff_id, Staff.name).where(Staff.staff_id.in_(ids))
    return {staff_id: name for staff_id, name in db.session.execute(query)}


def back_to(row: LedgerEntry) -> str:
    """The month that the entry is booked in, of that person."""
    if row.staff_id == me().staff_id and me().may(Permission.OWN_LEDGER_READ):
        return url_for("penalties.mine", month=row.month)
    return url_for("penalties.person", staff_id=row.staff_id, month=row.month)

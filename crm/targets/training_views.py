"""Training notices: the list, making one, its page with the steps, the paper, and the signed papers."""

import datetime as dt
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.papers import pdf
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.people import audit
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.roster_queries import month_of, next_month
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import Permission, reach, requires
from crm.store.once import once
from crm.targets import training_queries as queries
from crm.targets import training_services as services
from crm.targets import training_words as words
from crm.targets.training_course import BY_MANAGER, BY_PERSON, Course
from crm.targets.training_facts import facts_of
from crm.targets.training_forms import FORMS, AnswerForm, NoticeForm
from crm.targets.training_papers import Paper
from crm.targets.training_services import Plan, Taken
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("training", __name__)
Page = str | Response | tuple[str, int]
ANSWER = Permission.OWN_TRAINING_ANSWER
WRITE = (Permission.PROJECT_TRAINING_WRITE, Permission.ALL_TRAINING_WRITE)
DETAILS = ("witness", "evidence", "post")
OPEN = ("served", "refused", "acknowledged", "trained", "failed", "offered", "consented", "declined")


@blueprint.get("/training")
@requires(ANSWER, *WRITE)
def listed() -> str:
    """The notices that one may see; for managers and HR also the ledger's entries that wait for one."""
    writes = reach(me(), "training:write") is not None
    found = queries.courses(me())
    waiting = queries.waiting_entries(me()) if writes else []
    people = [row.notice.staff_id for row in found] + [row.staff_id for row in waiting]
    return render_template(
        "targets/training_list.html",
        courses=found,
        waiting=waiting,
        writes=writes,
        names=names_of(people),
        words=words,
        open_states=OPEN,
        lang=current_lang(),
    )


@blueprint.route("/training/new", methods=["GET", "POST"])
@requires(*WRITE)
def new() -> Page:
    """Make a notice: choose whom and which month, see the figures, write the rest."""
    month = _month()
    staff_id = request.values.get("staff", "")
    people = queries.people_for_notice(me(), month, today())
    form = NoticeForm(formdata=request.form if request.method == "POST" else None)
    if not staff_id and request.method == "GET":
        return render_template("targets/training_choose.html", people=people, month=month, months=_months())
    member = queries.person_for_notice(me(), staff_id, month, today())
    entry_id = request.values.get("entry", type=int)
    if request.method == "POST" and form.validate():
        try:
            return _served(form, staff_id, month, entry_id)
        except Invalid as problem:
            put_back(form, problem)
    if request.method == "GET":
        _suggest(form, entry_id)
    page = render_template(
        "targets/training_new.html",
        form=form,
        person=member.person,
        month=month,
        entry_id=entry_id,
        facts=words.fact_lines(facts_of(staff_id, member.project, month, today())),
        law=words.law_sentence(),
    )
    return (page, 422) if request.method == "POST" else page


def _month() -> dt.date:
    """The month asked for; without one the last that is over."""
    asked = request.values.get("month", "")
    return month_of(asked, today()) if asked else next_month(today().replace(day=1), -1)


def _months() -> list[dt.date]:
    this = today().replace(day=1)
    return [next_month(this, -back) for back in range(6)]


def _suggest(form: NoticeForm, entry_id: int | None) -> None:
    """The ledger's sentence as the reason, and next week's days."""
    entry = queries.waiting_entry(me(), entry_id) if entry_id is not None else None
    if entry is not None:
        form.reason.data = entry.evidence_en if current_lang() == "en" else entry.evidence_zh
    form.from_on.data = today() + dt.timedelta(days=1)
    form.to_on.data = today() + dt.timedelta(days=14)


def _served(form: NoticeForm, staff_id: str, month: dt.date, entry_id: int | None) -> Response:
    plan = Plan(**{name: form[name].data for name in Plan.__dataclass_fields__})
    done = once(
        me().actor,
        request.form,
        now(),
        lambda: {"id": services.serve(me(), staff_id, month, entry_id, plan, now()).notice_id},
    )
    say(_("通知书已出具，本人登录后会看到。"))
    return redirect(url_for("training.notice", notice_id=done["id"]), 303)


@blueprint.get("/training/<int:notice_id>")
@requires(ANSWER, *WRITE)
def notice(notice_id: int) -> str:
    """One notice: facts, what the law says, the steps so far, and those that may come next."""
    return _notice_page(queries.course_of(me(), notice_id))


def _notice_page(course: Course, kind: str = "", form: FlaskForm | None = None) -> str:
    """The page; with the form whose faults are to be seen instead of an empty one."""
    row = course.notice
    mine = row.staff_id == me().staff_id
    kinds = [one for one in course.next_steps() if one in (BY_PERSON if mine else BY_MANAGER)]
    people = [row.staff_id, row.made_by, *(step.actor for step in course.steps)]
    people += [str(step.details.get("witness", "")) for step in course.steps]
    return render_template(
        "targets/training_notice.html",
        course=course,
        row=row,
        mine=mine,
        forms={
            one: _apart(one, form if one == kind and form else _empty(one, mine, course)) for one in kinds
        },
        kind=kind,
        names=names_of(people),
        files=queries.files_of(row.notice_id),
        facts=words.fact_lines(row.facts),
        reversed_by=queries.reversed_by(row.entry_id),
        law=words.law_sentence(),
        words=words,
    )


def _empty(kind: str, mine: bool, course: Course) -> FlaskForm:
    form = AnswerForm(formdata=None) if mine else FORMS[kind](formdata=None)
    if "on" in form:
        offer = course.offer
        form.on.data = offer.on if kind == "moved" and offer and offer.on <= today() else today()
    return _with_witnesses(form, course)


def _apart(kind: str, form: FlaskForm) -> FlaskForm:
    """Its fields under ids of their own, because several of these forms stand on one page."""
    for part in form:
        part.id = f"{kind}-{part.name}"
    return form


def _with_witnesses(form: FlaskForm, course: Course) -> FlaskForm:
    if "witness" in form:
        row = course.notice
        query = select(Staff).where(Staff.project == row.project).order_by(Staff.staff_id)
        form.witness.choices = [("", _("请选择"))] + [
            (one.staff_id, one.name)
            for one in db.session.scalars(query)
            if one.staff_id not in (row.staff_id, row.made_by) and one.employed_on(today())
        ]
    return form


@blueprint.post("/training/<int:notice_id>/answer/<kind>")
@requires(ANSWER)
def answer(notice_id: int, kind: str) -> Page:
    """The person acknowledges the notice, or agrees to a new post or not."""
    course = queries.course_of(me(), notice_id)
    if kind not in BY_PERSON or course.notice.staff_id != me().staff_id:
        raise NotFound
    form = AnswerForm()
    return _done(course, kind, form, Taken(kind, today(), form.note.data or ""), services.answer)


@blueprint.post("/training/<int:notice_id>/steps/<kind>")
@requires(*WRITE)
def step(notice_id: int, kind: str) -> Page:
    """A step of a manager or HR."""
    course = queries.course_of(me(), notice_id, writes=True)
    if kind not in BY_MANAGER or course.notice.staff_id == me().staff_id:
        raise NotFound
    form = _with_witnesses(FORMS[kind](), course)
    return _done(course, kind, form, _taken(kind, form), services.take)


def _taken(kind: str, form: FlaskForm) -> Taken:
    data = form.data
    details = {name: data[name] or "" for name in DETAILS if name in data}
    chosen = data.get("paper")
    paper = Paper(chosen.filename or "", chosen.stream.read()) if chosen else None
    return Taken(kind, data.get("on") or today(), data.get("note") or "", details, paper)


def _done(course: Course, kind: str, form: FlaskForm, taken: Taken, act: services.Act) -> Page:
    notice_id = course.notice.notice_id
    if not form.validate():
        return _notice_page(course, kind, form), 422
    try:
        once(me().actor, request.form, now(), lambda: {"id": act(me(), notice_id, taken, now()).step_id})
    except Invalid as problem:
        put_back(form, problem)
        return _notice_page(course, kind, form), 422
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("training.notice", notice_id=notice_id), 303)
    say(_("已记录。"))
    return redirect(url_for("training.notice", notice_id=notice_id), 303)


@blueprint.get("/training/<int:notice_id>/paper")
@requires(ANSWER, *WRITE)
def paper(notice_id: int) -> Response:
    """The notice as PDF, to be signed."""
    course = queries.course_of(me(), notice_id)
    row = course.notice
    people = [row.staff_id, row.made_by, *(step.actor for step in course.steps)]
    people += [str(step.details.get("witness", "")) for step in course.steps]
    html = render_template(
        "targets/training_paper.html",
        row=row,
        course=course,
        names=names_of(people),
        facts=words.fact_lines(row.facts),
        company=setting("company"),
        printed_on=today(),
        law=words.law_sentence(),
        words=words,
    )
    name = f"training-{row.year}-{row.serial}.pdf"
    made = pdf(html)
    audit.record(me().actor, "paper.printed", name, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)


@blueprint.get("/training/<int:notice_id>/files/<int:file_id>")
@requires(ANSWER, *WRITE)
def file(notice_id: int, file_id: int) -> Response:
    """A signed paper, as a download."""
    row = queries.file_of(me(), notice_id, file_id)
    return send_file(BytesIO(row.content), mimetype=row.mime, as_attachment=True, download_name=row.name)

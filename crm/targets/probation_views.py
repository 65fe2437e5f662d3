"""Probation: everyone's list, one person's page with the decisions, the letter, the own progress."""

from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.papers import pdf
from crm.errors import Conflict, Invalid, NotFound
from crm.leads.page_queries import names_of
from crm.people import audit
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import Permission, reach, requires
from crm.rulebook.probation_law import POSITIONS, longest_probation
from crm.store.once import once
from crm.targets import probation_queries as queries
from crm.targets import probation_reminders as reminders
from crm.targets import probation_services as services
from crm.targets import probation_words as words
from crm.targets.probation_forms import FORMS, AnswerForm
from crm.targets.probation_models import CONFIRM, END, EXTEND
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("probation", __name__)
Page = str | Response | tuple[str, int]
DECIDE = (Permission.PROJECT_PROBATION_DECIDE, Permission.ALL_PROBATION_DECIDE)
READ = Permission.OWN_PROBATION_READ


@blueprint.record
def _globals(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(probation_reminder=probation_reminder, own_probation=own_probation)


def probation_reminder() -> reminders.Reminder | None:
    """For the first page of who decides on probations; None for everybody else."""
    if not current_user.is_authenticated or reach(me(), queries.DECIDE) is None:
        return None
    return reminders.reminder(me(), today())


def own_probation() -> int | None:
    """How many days the own probation still lasts; None for who is not on one."""
    if not current_user.is_authenticated or not me().may(READ):
        return None
    return reminders.own_days_left(me(), today())


@blueprint.get("/probation")
@requires(*DECIDE)
def listed() -> str:
    """Everyone on probation, the first to end first, and what was decided in the last months."""
    found = queries.standings(me(), today(), current_lang())
    lately = queries.recent(me(), queries.lately(now()))
    return render_template(
        "targets/probation_list.html",
        found=found,
        lately=lately,
        hires=reach(me(), "staff:write") == "all",
        words=words,
        lang=current_lang(),
    )


@blueprint.get("/probation/mine")
@requires(READ)
def mine() -> str:
    """The own progress, days left and decisions that stand."""
    person = reminders.own_person(me())
    decided = queries.decisions_of([person.staff_id]).get(person.staff_id, [])
    return render_template(
        "targets/probation_mine.html",
        person=person,
        standing=queries.standing_of(person, today(), current_lang()),
        decided=[one for one in decided if one.state == "agreed"],
        words=words,
        lang=current_lang(),
    )


@blueprint.get("/probation/people/<staff_id>")
@requires(*DECIDE)
def person(staff_id: str) -> str:
    """One person's probation, and the decisions that one may take."""
    return _person_page(queries.person_decided_about(me(), staff_id))


def _person_page(who: Staff, kind: str = "", form: FlaskForm | None = None) -> str:
    """The page; with the form whose faults are to be seen instead of an empty one."""
    standing = queries.standing_of(who, today(), current_lang())
    decided = queries.decisions_of([who.staff_id]).get(who.staff_id, [])
    forms = {one: form if one == kind and form else _empty(one, who) for one in _kinds(who)}
    people = [one.decision.decided_by for one in decided]
    people += [one.answer.second_by for one in decided if one.answer]
    return render_template(
        "targets/probation_person.html",
        person=who,
        standing=standing,
        decided=decided,
        forms={one: _apart(one, each) for one, each in forms.items()} if standing else {},
        answer=form if kind == "answer" and form else AnswerForm(formdata=None),
        kind=kind,
        names=names_of(people),
        laws=POSITIONS,
        words=words,
        lang=current_lang(),
    )


def _kinds(who: Staff) -> tuple[str, ...]:
    """The decisions that can be taken: lengthening only while the law leaves room."""
    room = longest_probation(who.contract_years) > who.probation_months
    return (CONFIRM, EXTEND, END) if room else (CONFIRM, END)


def _empty(kind: str, who: Staff) -> FlaskForm:
    form = FORMS[kind](formdata=None)
    if kind == EXTEND:
        form.months.data = longest_probation(who.contract_years)
    else:
        form.on.data = today()
    return form


def _apart(kind: str, form: FlaskForm) -> FlaskForm:
    """Its fields under ids of their own, because several of these forms stand on one page."""
    for part in form:
        part.id = f"{kind}-{part.name}"
    return form


@blueprint.post("/probation/people/<staff_id>/<kind>")
@requires(*DECIDE)
def decide(staff_id: str, kind: str) -> Page:
    """The first person's decision."""
    who = queries.person_decided_about(me(), staff_id)
    if kind not in FORMS:
        raise NotFound
    form = FORMS[kind]()
    if not form.validate():
        return _person_page(who, kind, form), 422
    data = form.data
    wanted = services.Wanted(kind, data["reason"], data.get("on"), data.get("months"), data.get("consent_on"))
    try:
        once(
            me().actor,
            request.form,
            now(),
            lambda: {"id": services.decide(me(), staff_id, wanted, now()).decision_id},
        )
    except Invalid as problem:
        put_back(form, problem)
        return _person_page(who, kind, form), 422
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("probation.person", staff_id=staff_id), 303)
    say(_("已提出，等另一人同意后生效。"))
    return redirect(url_for("probation.person", staff_id=staff_id), 303)


@blueprint.post("/probation/decisions/<int:decision_id>/answer")
@requires(*DECIDE)
def answer(decision_id: int) -> Page:
    """The second person agrees, or not."""
    who, _decided = queries.decided_visible_to(me(), decision_id)
    form = AnswerForm()
    if not form.validate():
        return _person_page(who, "answer", form), 422
    agreed, said = form.agreed.data == "yes", form.answer.data or ""
    try:
        once(me().actor, request.form, now(), lambda: _seconded(decision_id, agreed, said))
    except Invalid as problem:
        put_back(form, problem)
        return _person_page(who, "answer", form), 422
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("probation.person", staff_id=who.staff_id), 303)
    say(_("已同意，决定生效。") if agreed else _("已答复：不同意。"))
    return redirect(url_for("probation.person", staff_id=who.staff_id), 303)


def _seconded(decision_id: int, agreed: bool, said: str) -> dict[str, int]:
    services.second(me(), decision_id, agreed, said, now())
    return {"id": decision_id}


@blueprint.get("/probation/decisions/<int:decision_id>/letter")
@requires(READ, *DECIDE)
def letter(decision_id: int) -> Response:
    """The letter as PDF, once a second person has agreed."""
    who, one = queries.decided_visible_to(me(), decision_id)
    if one.answer is None or one.state != "agreed":
        raise NotFound
    decision = one.decision
    html = render_template(
        "targets/probation_paper.html",
        person=who,
        one=one,
        title=words.LETTERS[decision.kind],
        names=names_of([decision.decided_by, one.answer.second_by]),
        law=POSITIONS.get(decision.kind),
        last_on=queries.last_day(who, decision.months),
        company=setting("company"),
        printed_on=today(),
        words=words,
        lang=current_lang(),
    )
    name = f"probation-{decision_id}.pdf"
    made = pdf(html)
    audit.record(me().actor, "paper.printed", name, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)

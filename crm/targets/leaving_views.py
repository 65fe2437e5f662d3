"""Leaving: the list, applying, one application with what it costs, and settling it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.once import once
from crm.targets import leaving_services as services
from crm.targets import leaving_words as words
from crm.targets.leaving_forms import AcceptForm, OwnForm, PaperForm, SettleForm
from crm.targets.leaving_left import left_of, unfinished
from crm.targets.leaving_models import ACCEPTED, ASKED, Leaving
from crm.targets.leaving_rules import Terms, weighed
from crm.targets.leaving_services import Application, Settlement
from crm.targets.models import Resignation
from crm.targets.staffing_reach import decided_person, staff_within
from crm.web import say
from crm.web.formats import money
from crm.web.i18n import current_lang

blueprint = Blueprint("leaving", __name__)
Page = str | Response | tuple[str, int]
ASK = Permission.OWN_LEAVING_ASK
READ = (Permission.PROJECT_LEAVING_READ, Permission.ALL_LEAVING_READ)
DECIDE = (Permission.PROJECT_LEAVING_DECIDE, Permission.ALL_LEAVING_DECIDE)
SETTLE = (Permission.PROJECT_LEAVING_SETTLE, Permission.ALL_LEAVING_SETTLE)


@blueprint.get("/leaving")
@requires(ASK, *READ)
def listed() -> str:
    """The applications that one may see, and the hand-overs that are not finished."""
    return render_template(
        "targets/leaving_list.html",
        rows=services.leavings(me()),
        unfinished=unfinished(me(), today()),
        decides=reach(me(), services.DECIDE) is not None,
        asks=me().may(ASK),
        hands=me().may(Permission.PROJECT_CUSTOMERS_HAND_OVER),
        words=words,
        ASKED=ASKED,
    )


@blueprint.route("/leaving/new", methods=["GET", "POST"])
@requires(ASK, *DECIDE)
def new() -> Page:
    """Apply oneself, or write down an application on paper; short notice is warned of before it counts."""
    form = _paper_form() if reach(me(), services.DECIDE) is not None else OwnForm()
    if request.method == "GET":
        if isinstance(form, PaperForm):
            form.applied_on.data = today()
        return _new_page(form)
    if not form.validate():
        return _new_page(form), 422
    try:
        warned = _warning(form)
        if warned is not None and form.knows.data != _known_as(form):
            form.knows.data = _known_as(form)
            return _new_page(form, warned), 422
        done = once(me().actor, request.form, now(), lambda: {"id": _applied(form).leaving_id})
    except Invalid as problem:
        put_back(form, problem)
        return _new_page(form), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return _new_page(form), 409
    say(_("离职申请已提交。"))
    return redirect(url_for("leaving.one", leaving_id=done["id"]), 303)


def _paper_form() -> PaperForm:
    form = PaperForm()
    people = db.session.scalars(staff_within(me(), services.DECIDE).order_by(Staff.staff_id)).all()
    there = [one for one in people if one.left_on is None and one.staff_id != me().staff_id]
    form.staff_id.choices = [("", _("请选择"))] + [(one.staff_id, one.name) for one in there]
    return form


def _wish(form: OwnForm) -> Application:
    applied = form.applied_on.data if isinstance(form, PaperForm) else today()
    return Application(applied, form.wished_on.data, form.reason.data)


def _known_as(form: OwnForm) -> str:
    """What the person was warned of: whose, from when and for when."""
    wish = _wish(form)
    whose = form.staff_id.data if isinstance(form, PaperForm) else ""
    return f"{whose}|{wish.applied_on}|{wish.wished_on}"


def _warning(form: OwnForm) -> dict[str, object] | None:
    """What that day would cost, where the notice is short by the company's rule or by law."""
    wish, person = _wish(form), db.session.get(Staff, me().staff_id or "")
    if isinstance(form, PaperForm):
        person = decided_person(me(), services.DECIDE, form.staff_id.data)
    if person is None or not person.hired_on <= wish.applied_on <= wish.wished_on:
        return None
    notice, cost = weighed(person, Terms(wish.applied_on, wish.wished_on, True), current_lang())
    return {"notice": notice, "cost": cost} if cost is not None or notice.short else None


def _applied(form: OwnForm) -> Leaving:
    if isinstance(form, PaperForm):
        return services.enter(me(), form.staff_id.data, _wish(form), now())
    return services.apply(me(), _wish(form), now())


def _new_page(form: OwnForm, warned: dict[str, object] | None = None) -> str:
    notice = None
    person = db.session.get(Staff, me().staff_id or "")
    if not isinstance(form, PaperForm) and person is not None:
        notice = weighed(person, Terms(today(), today(), True), current_lang())[0]
    return render_template(
        "targets/leaving_new.html",
        form=form,
        warned=warned,
        notice=notice,
        paper=isinstance(form, PaperForm),
        lang=current_lang(),
    )


@blueprint.get("/leaving/<int:leaving_id>")
@requires(ASK, *READ)
def one(leaving_id: int) -> str:
    """One application: what the law asks, what 8.2 gives, and what is left to do."""
    return _one_page(*services.visible(me(), leaving_id))


def _one_page(
    row: Leaving,
    person: Staff,
    form: FlaskForm | None = None,
    stale: list[tuple[str, str, str]] | None = None,
) -> str:
    kept = services.resignation_of(row)
    mine = row.staff_id == me().staff_id
    terms = Terms(row.applied_on, row.last_on or row.wished_on, kept is None or kept.loans_cleared)
    if kept is not None:
        terms = Terms(
            kept.applied_on, kept.last_on, kept.loans_cleared, kept.attendance_pay, kept.sales_bonus
        )
    notice, cost = weighed(person, terms, current_lang())
    decides = not mine and row.state == ASKED and reach(me(), services.DECIDE) is not None
    settles = kept is not None and reach(me(), services.SETTLE) is not None
    hands = reach(me(), services.DECIDE) is not None and person.left_on is not None
    return render_template(
        "targets/leaving_one.html",
        row=row,
        person=person,
        mine=mine,
        kept=kept,
        notice=notice,
        cost=cost,
        accept_form=form if isinstance(form, AcceptForm) else _accept_form(row) if decides else None,
        stale=stale,
        settle_form=form if isinstance(form, SettleForm) else _settle_form(row) if settles else None,
        left=left_of(person, today()) if hands and row.state == ACCEPTED else None,
        hands=me().may(Permission.PROJECT_CUSTOMERS_HAND_OVER),
        names=names_of([row.entered_by, row.answered_by]),
        words=words,
        lang=current_lang(),
    )


def _accept_form(row: Leaving) -> AcceptForm:
    return AcceptForm(formdata=None, last_on=row.wished_on)


def _settle_form(row: Leaving) -> SettleForm | None:
    kept = services.resignation_of(row)
    if kept is None:
        return None
    return SettleForm(formdata=None, obj=kept, seen=services.seen(kept))


@blueprint.post("/leaving/<int:leaving_id>/withdraw")
@requires(ASK)
def withdraw(leaving_id: int) -> Response:
    """Take the own application back."""
    try:
        services.withdraw(me(), leaving_id, now())
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("申请已撤回。"))
    return redirect(url_for("leaving.one", leaving_id=leaving_id), 303)


@blueprint.post("/leaving/<int:leaving_id>/accept")
@requires(*DECIDE)
def accept(leaving_id: int) -> Page:
    """Fix the last day."""
    services.one(me(), leaving_id, services.DECIDE)
    form = AcceptForm()

    def act() -> dict[str, int]:
        services.accept(me(), leaving_id, form.last_on.data, form.answer.data or "", now())
        return {"id": leaving_id}

    if not form.validate():
        return _one_page(*services.visible(me(), leaving_id), form), 422
    try:
        once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _one_page(*services.visible(me(), leaving_id), form), 422
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("最后工作日已定。请在这一天之前办完交接。"))
    return redirect(url_for("leaving.one", leaving_id=leaving_id), 303)


@blueprint.post("/leaving/<int:leaving_id>/settle")
@requires(*SETTLE)
def settle(leaving_id: int) -> Page:
    """Note that loans are settled, and the pay that 8.2 looks at."""
    row, person = services.one(me(), leaving_id, services.SETTLE)
    form = SettleForm()
    if not form.validate():
        return _one_page(row, person, form), 422
    data = form.data
    typed = Settlement(data["loans_cleared"], data["attendance_pay"], data["sales_bonus"], data["seen"])

    def act() -> dict[str, int]:
        services.settle(me(), leaving_id, typed, now())
        return {"id": leaving_id}

    try:
        once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _one_page(*services.visible(me(), leaving_id), form), 422
    except Conflict as problem:
        return _stale(leaving_id, form, problem)
    say(_("结算内容已保存。"))
    return redirect(url_for("leaving.one", leaving_id=leaving_id), 303)


def _stale(leaving_id: int, form: SettleForm, problem: Conflict) -> Page:
    """Both versions above the form with what was typed; saved again, it counts."""
    row, person = services.visible(me(), leaving_id)
    kept = services.resignation_of(row)
    if kept is None:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("leaving.one", leaving_id=leaving_id), 303)
    form.seen.data = services.seen(kept)
    return _one_page(row, person, form, stale=_both(form, kept)), 409


def _both(form: SettleForm, kept: Resignation) -> list[tuple[str, str, str]]:
    """Label, stored and typed of each field."""
    rows = [("loans_cleared", *(_("已结清") if one else _("未结清") for one in _cleared(form, kept)))]
    for name in ("attendance_pay", "sales_bonus"):
        rows.append((name, money(getattr(kept, name)), money(form[name].data)))
    return [(form[name].label.text, stored, typed) for name, stored, typed in rows]


def _cleared(form: SettleForm, kept: Resignation) -> tuple[bool, bool]:
    return kept.loans_cleared, bool(form.loans_cleared.data)

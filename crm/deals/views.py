"""The pages of deals: the list, one deal, entering one, taking it forward, correcting it."""

import datetime as dt

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now, today
from crm.deals import queries, services
from crm.deals.amounts import parse_yuan
from crm.deals.forms import STAGE_WORDS, ContentForm, CorrectionForm, DealForm, StepForm
from crm.deals.models import Deal
from crm.deals.stages import CANCELLED, STAGES, dates_of, next_stages
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.leads.page_queries import consultants
from crm.penalties.queries import entries_naming
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.history import changes_of
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("deals", __name__)
Page = str | Response | tuple[str, int]
READ = (Permission.OWN_DEALS_READ, Permission.PROJECT_DEALS_READ)
WRITE = (Permission.OWN_DEALS_WRITE, Permission.PROJECT_DEALS_WRITE)
LONGEST_SEARCH = 60


@blueprint.get("/deals")
@requires(*READ)
def board() -> str:
    """The deals that this person may see, by stage."""
    stage = request.args.get("stage", "")
    page = queries.deals_page(me(), stage, request.args.get("page", 1, type=int))
    return render_template(
        "deals/list.html",
        page=page,
        stage=stage if stage in STAGES else "",
        stages=STAGE_WORDS,
        kinds=queries.STATUS_KINDS,
        writes=me().may(WRITE[0]) or me().may(WRITE[1]),
        whose=reach(me(), "deals:read") == "project",
    )


@blueprint.get("/deals/new")
@requires(*WRITE)
def new() -> str:
    """The form of a new deal; without `customer` in the address, whose deal it is is asked first."""
    customer_id = request.args.get("customer", "")
    if not customer_id:
        return _choose_page("")
    form = DealForm(formdata=None, on=today())
    return _new_page(form, customer_id)


def _choose_page(q: str) -> str:
    found = queries.choosable_customers(me(), today(), q)
    return render_template("deals/choose.html", customers=found, q=q)


@blueprint.post("/deals/new/customers")
@requires(*WRITE)
def choose() -> str:
    """Look for whose deal it is; what is typed may be a whole number, and no number ever stands in an address."""
    return _choose_page(request.form.get("q", "")[:LONGEST_SEARCH])


def _new_page(form: DealForm, customer_id: str) -> str:
    customer, holder = queries.customer_for_deal(me(), customer_id, today())
    chooses = reach(me(), "deals:write") == "project"
    form.staff_id.choices = [SelectChoice(key, name) for key, name in consultants(me(), today())]
    if chooses and not form.is_submitted():
        form.staff_id.data = holder
    return render_template("deals/new.html", form=form, customer=customer, chooses=chooses, days=_days())


def _days() -> list[tuple[str, dt.date]]:
    return [(_("今天"), today()), (_("昨天"), today() - dt.timedelta(days=1))]


@blueprint.post("/deals/new")
@requires(*WRITE)
def enter() -> Page:
    """Keep a new deal."""
    customer_id = request.args.get("customer") or request.form.get("customer", "")
    queries.customer_for_deal(me(), customer_id, today())
    form = DealForm()
    form.staff_id.choices = []
    if not form.validate_on_submit():
        return _new_page(form, customer_id), 422
    try:
        draft = services.Draft(
            customer_id,
            form.stage.data,
            form.on.data,
            form.unit_kind.data,
            form.units.data,
            parse_yuan(form.amount.data),
            form.staff_id.data,
        )
        answer = once(
            me().actor,
            request.form,
            now(),
            lambda: {"deal_id": services.enter(me(), draft, now()).deal_id},
        )
    except Invalid as problem:
        put_back(form, problem)
        return _new_page(form, customer_id), 422
    say(_("成交已登记。"))
    return redirect(url_for("deals.deal", deal_id=answer["deal_id"]), 303)


@blueprint.get("/deals/<deal_id>")
@requires(*READ)
def deal(deal_id: str) -> str:
    """One deal: its steps in time order, the next one, and the entries it caused."""
    row = queries.deal_of(me(), deal_id)
    return _deal_page(row, _step_form(row))


def _step_form(row: Deal) -> StepForm | None:
    if not next_stages(row) or not (me().may(WRITE[0]) or me().may(WRITE[1])):
        return None
    stage = next_stages(row)[0]
    form = StepForm(
        formdata=None, on=today(), version=row.version, stage=None if stage == CANCELLED else stage
    )
    form.stage.choices = [SelectChoice(name, STAGE_WORDS[name]) for name in next_stages(row)]
    return form


def _deal_page(row: Deal, form: StepForm | None, stale: Stale | None = None) -> str:
    return render_template(
        "deals/deal.html",
        page=queries.shown(me(), row, today()),
        form=form,
        days=_days(),
        stages=STAGE_WORDS,
        kinds=queries.STATUS_KINDS,
        stale=stale,
        last=_last_change(row) if stale else None,
        edits=services.may_change_content(me(), row),
        entries=entries_naming(me(), row.deal_id),
    )


def _last_change(row: Deal) -> object:
    return next(iter(changes_of("deals", [row.deal_id])), None)


@blueprint.post("/deals/<deal_id>/step")
@requires(*WRITE)
def step(deal_id: str) -> Page:
    """Take the deal to its next stage, or cancel it."""
    row = queries.deal_of(me(), deal_id)
    form = StepForm()
    overtaken = _number(form.version.data) != row.version  # then the service says so, whatever was chosen
    offered = STAGES if overtaken else next_stages(row)
    form.stage.choices = [SelectChoice(name, STAGE_WORDS[name]) for name in offered]
    if not form.validate_on_submit():
        return _deal_page(row, form), 422
    stage, on, version = form.stage.data, form.on.data, _number(form.version.data)
    try:
        once(
            me().actor,
            request.form,
            now(),
            lambda: {"deal_id": services.advance(me(), deal_id, _stage(stage), on, version, now()).deal_id},
        )
    except Invalid as problem:
        put_back(form, problem)
        return _deal_page(queries.deal_of(me(), deal_id), form), 422
    except Stale as problem:
        return _stale_step(deal_id, problem), 409
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("deals.deal", deal_id=deal_id), 303)
    say(_("已登记：%(stage)s。", stage=STAGE_WORDS[stage]))
    return redirect(url_for("deals.deal", deal_id=deal_id), 303)


def _stale_step(deal_id: str, problem: Stale) -> str:
    row = queries.deal_of(me(), deal_id)
    return _deal_page(row, _step_form(row), problem)


def _stage(name: str | None) -> str:
    if name not in STAGES:
        raise Invalid("请选择下一步。", "Choose the next step.", "stage")
    return name


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


@blueprint.route("/deals/<deal_id>/edit", methods=["GET", "POST"])
@requires(*WRITE)
def edit(deal_id: str) -> Page:
    """Kind, units and amount."""
    row = queries.deal_of(me(), deal_id)
    form = ContentForm(obj=row)
    if not form.is_submitted():
        form.amount.data = f"{row.amount.normalize():f}" if row.amount is not None else ""
    if not form.validate_on_submit():
        return _edit_page(form, row, 422 if form.errors else 200)
    try:
        content = services.Content(
            form.unit_kind.data, form.units.data, parse_yuan(form.amount.data), _number(form.version.data)
        )
        changed = services.change_content(me(), deal_id, content, now())
    except Invalid as problem:
        put_back(form, problem)
        return _edit_page(form, queries.deal_of(me(), deal_id), 422)
    except Stale as problem:
        row = queries.deal_of(me(), deal_id)
        form.version.data, form.version.raw_data = row.version, None
        return _edit_page(form, row, 409, problem)
    say(_("已保存。") if changed else _("没有变化。"))
    return redirect(url_for("deals.deal", deal_id=deal_id), 303)


def _edit_page(form: ContentForm, row: Deal, status: int, stale: Stale | None = None) -> tuple[str, int]:
    last = _last_change(row) if stale else None
    return render_template("deals/edit.html", form=form, deal=row, stale=stale, last=last), status


@blueprint.route("/deals/<deal_id>/correct/<stage>", methods=["GET", "POST"])
@requires(*WRITE)
def correct(deal_id: str, stage: str) -> Page:
    """Put a date right that was entered wrong today."""
    row = queries.deal_of(me(), deal_id)
    present = dates_of(row).get(stage)
    if present is None:
        raise NotFound
    form = CorrectionForm(on=present, version=row.version)
    if not form.validate_on_submit():
        return _correction_page(form, row, stage, 422 if form.errors else 200)
    try:
        services.correct_date(
            me(), deal_id, stage, form.on.data, form.reason.data, _number(form.version.data), now()
        )
    except Invalid as problem:
        put_back(form, problem)
        return _correction_page(form, queries.deal_of(me(), deal_id), stage, 422)
    except Stale as problem:
        row = queries.deal_of(me(), deal_id)
        form.version.data, form.version.raw_data = row.version, None
        return _correction_page(form, row, stage, 409, problem)
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已更正，原日期保留在历史中。"))
    return redirect(url_for("deals.deal", deal_id=deal_id), 303)


def _correction_page(
    form: CorrectionForm, row: Deal, stage: str, status: int, stale: Stale | None = None
) -> tuple[str, int]:
    page = render_template(
        "deals/correct.html",
        form=form,
        deal=row,
        stage=stage,
        word=STAGE_WORDS[stage],
        present=dates_of(row)[stage],
        stale=stale,
        last=_last_change(row) if stale else None,
    )
    return page, status

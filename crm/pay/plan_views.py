"""Plans of commission, minimum wages, and what the company lets wait."""

from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.amounts import parse_yuan
from crm.errors import Invalid
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.pay import plans, words_of_pages
from crm.pay.blueprint import WRITE, Page, blueprint
from crm.pay.forms import PlanForm, WageForm
from crm.people.company import projects
from crm.people.forms import put_back
from crm.people.settings import setting
from crm.people.signed_in import me
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/plans")
@requires(WRITE)
def plan_list() -> str:
    """Every plan by project."""
    shown = plans.plans_shown(today())
    makers = {one.plan.made_by for rows in shown.values() for one in rows}
    return render_template("pay/plans.html", plans=shown, names=names_of(makers), words=words_of_pages)


@blueprint.get("/plans/new")
@requires(WRITE)
def new_plan() -> str:
    """The form; an earlier plan may be its beginning."""
    first = max(plans.earliest(db.session()), today().replace(day=1))
    form = PlanForm(formdata=None, from_on=first, project=request.args.get("project", ""))
    return _form(form)


def _form(form: PlanForm) -> str:
    return render_template("pay/plan.html", form=form.offer(projects()), words=words_of_pages)


@blueprint.post("/plans/new")
@requires(WRITE)
def make_plan() -> Page:
    """A plan from a month on."""
    form = PlanForm().offer(projects())
    if not form.validate_on_submit():
        return _form(form), 422

    def act() -> dict[str, int]:
        wanted = plans.Wanted(
            form.project.data,
            form.from_on.data,
            form.basis.data,
            form.pays.data,
            form.mode.data,
            form.paid_on.data,
            form.tiers(),
            form.note.data or "",
        )
        return {"id": plans.make_plan(me(), wanted, now()).plan_id}

    try:
        once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _form(form), 422
    say(_("提成方案已保存。"))
    return redirect(url_for("pay.plan_list"), 303)


@blueprint.get("/law")
@requires(WRITE)
def law() -> str:
    """Minimum wages, the city of each project, and which flags hold a payment."""
    return _law(WageForm(formdata=None))


def _law(form: WageForm) -> str:
    rows = plans.wages()
    return render_template(
        "pay/law.html",
        form=form,
        wages=rows,
        names=names_of(row.entered_by for row in rows),
        cities=plans.cities(),
        flags=words_of_pages.FLAGS,
        held=setting("held_flags"),
    )


@blueprint.post("/law/wage")
@requires(WRITE)
def enter_wage() -> Page:
    """A city's minimum wage from a date on."""
    form = WageForm()
    if not form.validate_on_submit():
        return _law(form), 422

    def act() -> dict[str, int]:
        amount = parse_yuan(form.amount.data) or Decimal(0)
        data = (form.city.data, form.from_on.data, amount, form.source.data)
        return {"id": plans.enter_wage(me(), *data, now()).wage_id}

    try:
        once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _law(form), 422
    say(_("最低工资已登记。"))
    return redirect(url_for("pay.law"), 303)


@blueprint.post("/law")
@requires(WRITE)
def change_law() -> Response:
    """The cities, and the flags that hold."""
    known = projects()
    given = {project: request.form.get(f"city_{place}", "") for place, project in enumerate(known)}
    try:
        plans.change_terms(me(), given, request.form.getlist("held_flags"), now())
    except Invalid as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已保存。"))
    return redirect(url_for("pay.law"), 303)

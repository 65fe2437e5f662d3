"""Hiring again who left: pick the person, then a new employment without a probation."""

from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.people import company
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.rulebook.probation_law import terms_of_probation
from crm.store.once import once
from crm.targets import probation_services as services
from crm.targets import rehire_queries as queries
from crm.targets.probation_forms import RehireForm
from crm.targets.probation_views import Page, blueprint
from crm.web import say
from crm.web.i18n import current_lang

HIRE = Permission.ALL_STAFF_WRITE


@blueprint.get("/probation/rehire")
@requires(HIRE)
def rehire_choose() -> str:
    """Whoever left and is not back."""
    return render_template("targets/rehire_choose.html", people=queries.former_people(me(), today()))


@blueprint.route("/probation/rehire/<former_id>", methods=["GET", "POST"])
@requires(HIRE)
def rehire(former_id: str) -> Page:
    """A new staff number for the same person."""
    former = queries.former_visible_to(me(), former_id, today())
    form = _form(former)
    if request.method == "GET":
        return _page(form, former)
    if not form.validate():
        return _page(form, former), 422
    try:
        done = once(
            me().actor,
            request.form,
            now(),
            lambda: {
                "id": services.hire_again(
                    me(), former_id, form.staff_id.data, form.data, form.because.data or "", now()
                ).staff_id
            },
        )
    except Invalid as problem:
        put_back(form, problem)
        return _page(form, former), 422
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("probation.rehire_choose"), 303)
    say(_("%(name)s 已再次入职，员工编号 %(id)s。", name=former.name, id=done["id"]))
    return redirect(url_for("people.staff_member", staff_id=done["id"]), 303)


def _form(former: Staff) -> RehireForm:
    """The same person; what is agreed anew, such as pay and contract, is typed anew."""
    first = {"name": former.name, "role": former.role, "project": former.project, "trade": former.trade}
    form = RehireForm(data=first | {"probation_months": 0, "hired_on": today()})
    names = dict.fromkeys([*company.projects(), former.project])
    form.project.choices = [SelectChoice(name, name) for name in names]
    return form


def _page(form: RehireForm, former: Staff) -> str:
    months, years = form.probation_months.data or 0, form.contract_years.data or Decimal(0)
    return render_template(
        "targets/rehire.html",
        form=form,
        former=former,
        terms=terms_of_probation(years, months, True) if months else [],
        lang=current_lang(),
    )

"""A person's terms: what holds from a date on, for HR to say and to take back."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from crm.clock import now, today
from crm.errors import Invalid, NotFound
from crm.people import company, roster_services, terms, terms_services
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.roster_forms import TermForm
from crm.people.roster_queries import next_month
from crm.people.signed_in import me
from crm.people.views import Page, blueprint
from crm.permissions import Permission, requires
from crm.store.once import once


@blueprint.route("/staff/<staff_id>/terms", methods=["GET", "POST"])
@requires(Permission.ALL_STAFF_WRITE)
def change_terms(staff_id: str) -> Page:
    """Say what changes from a date on."""
    person = _person(staff_id)
    form = TermForm()
    form.project.choices = [
        SelectChoice("", _("不变")),
        *(SelectChoice(one, one) for one in company.projects()),
    ]
    if request.method == "GET":
        form.from_on.data = next_month(today().replace(day=1), 1)
    if not form.validate_on_submit():
        return _page(form, person)
    try:
        once(me().actor, request.form, now(), lambda: _add(staff_id, form))
    except Invalid as problem:
        put_back(form, problem)
        return _page(form, person)
    flash(_("已记下，从 %(day)s 起生效。", day=form.from_on.data.isoformat()))
    return redirect(url_for("people.staff_member", staff_id=staff_id))


def _person(staff_id: str) -> Staff:
    person = roster_services.visible_person(me(), staff_id)
    if person.role == "admin":
        raise NotFound
    return person


def _add(staff_id: str, form: TermForm) -> dict[str, str]:
    term = terms_services.add(
        me(), staff_id, form.from_on.data, form.data, bool(form.past_is_meant.data), now()
    )
    return {"from_on": term.from_on.isoformat()}


def _page(form: TermForm, person: Staff) -> Page:
    asks = bool(form.past_is_meant.errors) or bool(form.past_is_meant.data)
    page = render_template(
        "people/change_terms.html",
        form=form,
        person=person,
        held=terms.terms_on(person.staff_id, today()),
        asks_for_past=asks,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/staff/<staff_id>/terms/<from_on>/withdraw")
@requires(Permission.ALL_STAFF_WRITE)
def withdraw_terms(staff_id: str, from_on: str) -> Response:
    """Take a change back."""
    _person(staff_id)
    try:
        day = dt.date.fromisoformat(from_on)
    except ValueError:
        raise NotFound from None
    once(me().actor, request.form, now(), lambda: _withdraw(staff_id, day))
    flash(_("已撤销从 %(day)s 起的变动。", day=day.isoformat()))
    return redirect(url_for("people.staff_member", staff_id=staff_id))


def _withdraw(staff_id: str, day: dt.date) -> dict[str, str]:
    terms_services.withdraw(me(), staff_id, day, now())
    return {}

"""The staff: who is there, and for HR taking on and changing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from crm.clock import now, today
from crm.errors import Invalid, NotFound, Stale
from crm.people import company, queries, roster_services, staff_services, terms
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.roster_forms import StaffForm
from crm.people.signed_in import me
from crm.people.views import Page, again, blueprint
from crm.permissions import Permission, reach, requires
from crm.store.history import changes_of

READERS = (Permission.PROJECT_STAFF_READ, Permission.ALL_STAFF_READ)


@blueprint.get("/staff")
@requires(*READERS)
def staff_list() -> str:
    """Everyone whom the user may see: those who are there, or on request those who left."""
    gone = request.args.get("gone") == "1"
    return render_template(
        "people/staff.html",
        people=queries.staff_page(me(), today(), request.args.get("q", ""), gone),
        gone=gone,
        search=request.args.get("q", ""),
        writes=reach(me(), "staff:write") == "all",
    )


@blueprint.get("/staff/<staff_id>")
@requires(Permission.OWN_STAFF_READ, *READERS)
def staff_member(staff_id: str) -> str:
    """One person; the pay is for HR, finance and the person."""
    person = roster_services.visible_person(me(), staff_id)
    writes = reach(me(), "staff:write") == "all" and person.role != "admin"
    return render_template(
        "people/staff_member.html",
        person=person,
        shows_pay=_shows_pay(person),
        writes=writes,
        steps=terms.steps_of(person, today()),
        changes=changes_of("staff", [staff_id]) if writes else [],
    )


def _shows_pay(person: Staff) -> bool:
    return me().role in ("hr", "finance") or person.staff_id == me().staff_id


def _form(person: Staff | None) -> StaffForm:
    first = staff_services.first_values(person) | {"version": person.version} if person else None
    form = StaffForm(data=first)
    names = dict.fromkeys([*company.projects(), *([person.first_project] if person else [])])
    form.project.choices = [SelectChoice(name, name) for name in names]
    return form


@blueprint.route("/staff/new", methods=["GET", "POST"])
@requires(Permission.ALL_STAFF_WRITE)
def take_on() -> Page:
    """Take somebody on."""
    form = _form(None)
    if request.method == "GET":
        form.probation_months.data, form.contract_years.data = 6, 3
    if not form.validate_on_submit():
        return _edit_page(form, None)
    try:
        row = staff_services.take_on(me(), form.staff_id.data, form.data, now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/staff_edit.html", form, person=None, stale=None)
    flash(_("%(name)s 已加入员工名单。", name=row.name))
    return redirect(url_for("people.staff_member", staff_id=row.staff_id))


@blueprint.route("/staff/<staff_id>/edit", methods=["GET", "POST"])
@requires(Permission.ALL_STAFF_WRITE)
def change_staff(staff_id: str) -> Page:
    """Change what is known of somebody; a stale form shows both versions."""
    person = roster_services.visible_person(me(), staff_id)
    if person.role == "admin":
        raise NotFound
    form = _form(person)
    form.staff_id.data = staff_id
    if not form.validate_on_submit():
        return _edit_page(form, person)
    try:
        staff_services.change(me(), staff_id, int(form.version.data or 0), form.data, now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/staff_edit.html", form, person=person, stale=None)
    except Stale as problem:
        return _stale_page(form, person, problem)
    flash(_("已保存。"))
    return redirect(url_for("people.staff_member", staff_id=staff_id))


def _edit_page(form: StaffForm, person: Staff | None) -> Page:
    page = render_template("people/staff_edit.html", form=form, person=person, stale=None)
    return (page, 422) if form.errors else page


def _stale_page(form: StaffForm, person: Staff, problem: Stale) -> Page:
    rows = [
        (form[name].label.text, problem.stored[name], problem.typed[name]) for name in staff_services.FIELDS
    ]
    form.version.data = form.version.raw_data = str(person.version)
    page = render_template("people/staff_edit.html", form=form, person=person, stale=rows)
    return page, 409

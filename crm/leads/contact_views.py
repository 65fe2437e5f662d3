"""Writing a contact down in place or on a page of its own, undoing it, correcting it."""

import datetime as dt
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, CrmError, Invalid, NotFound, Stale
from crm.extensions import db
from crm.leads import contact_services as services
from crm.leads.blueprint import blueprint
from crm.leads.contact_forms import ContactForm, ViewingForm, form_of, with_own_ids
from crm.leads.contact_queries import contact_history, contact_in_brief
from crm.leads.models import Contact, Customer, contacts_visible_to, customers_visible_to
from crm.leads.worklist_queries import after_record
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, Who, requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
IN_PLACE = {"HX-Retarget": "this", "HX-Reswap": "outerHTML"}


def is_htmx() -> bool:
    """Whether a part of a page is asked for."""
    return request.headers.get("HX-Request") == "true"


def again(page: str) -> tuple[str, int, dict[str, str]]:
    """The form back with its sentences; in a list it takes its own place, not that of the whole row."""
    return page, 422, IN_PLACE if is_htmx() else {}


@blueprint.get("/customers/<customer_id>/record")
@requires(Permission.OWN_CONTACTS_WRITE)
def record_form(customer_id: str) -> Page:
    """The form, in place or as a page; `kind` chooses beforehand."""
    customer = _my_customer(customer_id)
    form = with_own_ids(ContactForm(formdata=None, kind=request.args.get("kind") or "follow_up"))
    return _record_page(form, customer)


def _my_customer(customer_id: str) -> Customer:
    mine = customers_visible_to(me(), today()).where(Customer.customer_id == customer_id)
    customer = db.session.scalar(mine)
    if customer is None:
        raise NotFound
    return customer


def _record_page(form: ContactForm, customer: Customer) -> str:
    template = "leads/contacts_form.html" if is_htmx() else "leads/contacts_record.html"
    return render_template(
        template,
        form=form,
        customer=customer,
        phrases=services.phrases_of(db.session(), me()),
        days=_next_days(today()),
        earliest=today() - dt.timedelta(days=services.BACK_DAYS),
    )


def _next_days(day: dt.date) -> list[tuple[str, dt.date]]:
    saturday = day + dt.timedelta(days=(5 - day.weekday()) % 7 or 7)
    return [
        (_("明天"), day + dt.timedelta(days=1)),
        (_("三天后"), day + dt.timedelta(days=3)),
        (_("本周六") if day.weekday() < 5 else _("下周六"), saturday),
        (_("一周后"), day + dt.timedelta(days=7)),
    ]


@blueprint.post("/customers/<customer_id>/record")
@requires(Permission.OWN_CONTACTS_WRITE)
def record_contact(customer_id: str) -> Page:
    """Keep what was typed; in Today the row then leaves the list."""
    form = with_own_ids(ContactForm())
    if not form.validate_on_submit():
        return again(_record_page(form, _my_customer(customer_id)))
    who = Who.of(me())  # as plain values: the account itself would be read anew within the act
    try:
        answer = once(
            me().actor,
            request.form,
            now(),
            lambda: {"contact_id": services.record(who, customer_id, form.draft(), now()).contact_id},
        )
    except Invalid as problem:
        put_back(form, problem)
        return again(_record_page(form, _my_customer(customer_id)))
    contact_id = answer["contact_id"]
    say(_("已记录。"), undo=url_for("leads.undo_contact", contact_id=contact_id))
    if is_htmx():
        return answer_row(contact_id, who)
    if form.kind.data == "visit" and not form.shown.data:
        return redirect(url_for("leads.viewing_form", contact_id=contact_id), 303)
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)


def answer_row(contact_id: str, who: Who) -> str:
    """What Today shows after the user's own record: nothing more of the row, the viewing's questions, or one more try."""
    recorded = contact_in_brief(db.session(), contact_id)
    listed, line = after_record(db.session(), who, recorded.customer_id, today())
    asks = recorded.kind == "visit" and not recorded.shown and recorded.struck_at is None
    return render_template(
        "leads/today_after.html",
        contact=db.session.get_one(Contact, contact_id) if asks else None,
        customer=db.session.get_one(Customer, recorded.customer_id) if asks else None,
        line=line,
        form=with_own_ids(ViewingForm(formdata=None)) if asks else None,
        listed=listed,
        sent_at=listed.day.sent_at,
    )


def _my_contact(contact_id: str) -> Contact:
    mine = contacts_visible_to(me(), today()).where(
        Contact.contact_id == contact_id, Contact.staff_id == me().staff_id
    )
    contact = db.session.scalar(mine)
    if contact is None:
        raise NotFound
    return contact


@blueprint.get("/contacts/<contact_id>/viewing")
@requires(Permission.OWN_CONTACTS_WRITE)
def viewing_form(contact_id: str) -> str:
    """What was shown, liked and objected to, asked for at once after a visit."""
    contact = _my_contact(contact_id)
    return _viewing_page(with_own_ids(ViewingForm(formdata=None)), contact)


def _viewing_page(form: ViewingForm, contact: Contact) -> str:
    template = "leads/contacts_viewing_form.html" if is_htmx() else "leads/contacts_viewing.html"
    customer = db.session.get_one(Customer, contact.customer_id)
    return render_template(template, form=form, contact=contact, customer=customer)


@blueprint.post("/contacts/<contact_id>/viewing")
@requires(Permission.OWN_CONTACTS_WRITE)
def add_viewing(contact_id: str) -> Page:
    """Keep the viewing details."""
    contact = _my_contact(contact_id)
    form = with_own_ids(ViewingForm())
    if not form.validate_on_submit():
        return again(_viewing_page(form, contact))
    try:
        contact = services.add_viewing(
            me(), contact_id, form.shown.data, form.liked.data or "", form.objected.data or "", now()
        )
    except Invalid as problem:
        put_back(form, problem)
        return again(_viewing_page(form, _my_contact(contact_id)))
    say(_("带看记录已保存。"))
    if is_htmx():
        return ""
    return redirect(url_for("leads.customer", customer_id=contact.customer_id), 303)


@blueprint.post("/contacts/<contact_id>/undo")
@requires(Permission.OWN_CONTACTS_WRITE)
def undo_contact(contact_id: str) -> Response:
    """Take back what was just recorded, and go back to where one was."""
    try:
        services.undo(me(), contact_id, now())
    except (Conflict, Invalid) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已撤销。"))
    return redirect(_back(), 303)


def _back() -> str:
    came = urlsplit(request.referrer or "")
    inside = came.netloc == request.host and came.path.startswith("/") and not came.path.startswith("//")
    return came.path if inside else url_for("leads.today")


@blueprint.get("/contacts/<contact_id>")
@requires(Permission.OWN_CUSTOMERS_READ, Permission.PROJECT_CUSTOMERS_READ)
def contact(contact_id: str) -> str:
    """One contact, with what it replaced and what replaced it."""
    row = db.session.scalar(contacts_visible_to(me(), today()).where(Contact.contact_id == contact_id))
    if row is None:
        raise NotFound
    return render_template(
        "leads/contacts_one.html", contact=row, **contact_history(db.session(), row, me(), today())
    )


@blueprint.get("/contacts/<contact_id>/correct")
@requires(Permission.OWN_CONTACTS_WRITE)
def correction_form(contact_id: str) -> str:
    """The form of a correction, filled with what is stored."""
    row = _my_contact(contact_id)
    return _correction_page(form_of(row), row)


def _correction_page(form: ContactForm, row: Contact, stale: Stale | None = None) -> str:
    return render_template(
        "leads/contacts_correct.html",
        form=form,
        contact=row,
        customer=db.session.get_one(Customer, row.customer_id),
        days=_next_days(today()),
        stale=stale,
    )


def _overtaken(form: ContactForm, row: Contact, problem: CrmError) -> Page:
    """What was typed once more, beside what is stored since, or with the sentence why it cannot be kept."""
    if isinstance(problem, Stale):
        form.version.data, form.version.raw_data = str(row.version), None
        return _correction_page(form, row, problem), 409
    form.form_errors.append(problem.sentence(current_lang()))
    return _correction_page(form, row), 409


@blueprint.post("/contacts/<contact_id>/correct")
@requires(Permission.OWN_CONTACTS_WRITE)
def correct_contact(contact_id: str) -> Page:
    """Put the corrected contact in the place of the wrong one."""
    row = _my_contact(contact_id)
    form = with_own_ids(ContactForm())
    if not form.validate_on_submit():
        return _correction_page(form, row), 422
    draft = form.draft(row.happened_at)
    version = int(form.version.data) if (form.version.data or "").isdigit() else 0
    try:
        answer = once(
            me().actor,
            request.form,
            now(),
            lambda: {"contact_id": services.correct(me(), contact_id, draft, version, now()).contact_id},
        )
    except Invalid as problem:
        put_back(form, problem)
        return _correction_page(form, _my_contact(contact_id)), 422
    except (Conflict, Stale) as problem:
        return _overtaken(form, _my_contact(contact_id), problem)
    say(
        _("已更正，原记录保留在历史中。"), undo=url_for("leads.undo_contact", contact_id=answer["contact_id"])
    )
    return redirect(url_for("leads.contact", contact_id=answer["contact_id"]), 303)

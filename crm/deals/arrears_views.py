"""What is outstanding, by age, and chasing it."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals import chasing, receipts
from crm.deals.models import Deal
from crm.deals.queries import deal_of
from crm.deals.stock_blueprint import READ, Page, blueprint
from crm.deals.stock_forms import ChaseForm
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/arrears")
@requires(*READ)
def arrears() -> str:
    """What each deal owes, by age, with who chased it last and what was promised."""
    lines = receipts.outstanding(me(), today())
    deals = [line.deal for line in lines]
    chased = chasing.last_chases([deal.deal_id for deal in deals])
    names = names_of([*(row.chased_by for row in chased.values()), *(deal.staff_id for deal in deals)])
    return render_template(
        "deals/arrears.html",
        lines=lines,
        totals=[sum((line.ages[place] for line in lines), receipts.NOTHING) for place in range(5)],
        chased=chased,
        names=names,
        mine=chasing.chaseable(me(), deals, today()),
        whose=reach(me(), "deals:read") == "project",
        today_is=today(),
    )


@blueprint.get("/arrears/<deal_id>/chase")
@requires(Permission.OWN_CONTACTS_WRITE)
def chase_form(deal_id: str) -> str:
    """The form of a contact that chases what is overdue."""
    return _chase_page(_chaseable(deal_id), ChaseForm(formdata=None))


def _chaseable(deal_id: str) -> Deal:
    deal = deal_of(me(), deal_id)
    if not chasing.chaseable(me(), [deal], today()):
        raise NotFound
    return deal


def _chase_page(deal: Deal, form: ChaseForm) -> str:
    return render_template(
        "deals/chase.html",
        deal=deal,
        form=form,
        customer=db.session.get_one(Customer, deal.customer_id),
        overdue=chasing.overdue_of(deal, today()),
        last=chasing.last_chases([deal.deal_id]).get(deal.deal_id),
    )


@blueprint.post("/arrears/<deal_id>/chase")
@requires(Permission.OWN_CONTACTS_WRITE)
def chase(deal_id: str) -> Page:
    """Keep the contact and the promise."""
    deal, form = _chaseable(deal_id), ChaseForm()
    if not form.validate_on_submit():
        return _chase_page(deal, form), 422
    chased = chasing.Chased(
        form.effective.data == "1", form.medium.data, form.note.data or "", form.promised_on.data
    )

    def act() -> dict[str, str]:
        return {"contact_id": chasing.chase(me(), deal_id, chased, now()).contact_id}

    try:
        answer = once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _chase_page(deal_of(me(), deal_id), form), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return _chase_page(deal_of(me(), deal_id), form), 409
    say(_("催款已记录。"), undo=url_for("leads.undo_contact", contact_id=answer["contact_id"]))
    return _back()


def _back() -> Response:
    return redirect(url_for("stock.arrears"), 303)

"""Booked losses: the list, one with its schedule, booking, and the person's answer."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.clock import now, today
from crm.deals.amounts import parse_yuan
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.pay import losses, words_of_pages
from crm.pay.blueprint import OWN, WRITE, Page, blueprint
from crm.pay.forms import LossForm
from crm.penalties.months import month_text
from crm.people.forms import put_back
from crm.people.models import Staff, staff_visible_to
from crm.people.signed_in import me
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/losses")
@requires(OWN)
def loss_list() -> str:
    """The losses that this person may see."""
    return render_template(
        "pay/losses.html", rows=losses.listed(me()), words=words_of_pages, books=me().may(WRITE), me=me()
    )


def _form(form: LossForm) -> str:
    people = db.session.scalars(staff_visible_to(me()).order_by(Staff.project, Staff.staff_id))
    choices = [
        (row.staff_id, f"{row.name} · {row.project}") for row in people if row.staff_id != me().staff_id
    ]
    return render_template("pay/loss_new.html", form=form.offer(choices))


@blueprint.get("/losses/new")
@requires(WRITE)
def new_loss() -> str:
    """The form of a loss."""
    return _form(LossForm(formdata=None, on=today(), staff_id=request.args.get("staff_id", "")))


@blueprint.post("/losses/new")
@requires(WRITE)
def book_loss() -> Page:
    """Book a loss; it waits for the person."""
    form = LossForm()
    if not form.validate_on_submit():
        return _form(form), 422

    def act() -> dict[str, int]:
        amount = parse_yuan(form.amount.data)
        if amount is None:
            raise Invalid("损失金额必须大于零。", "The loss must be above zero.", "amount")
        wanted = losses.Wanted(
            form.staff_id.data or "", form.on.data, amount, form.cause.data, form.evidence.data
        )
        return {"id": losses.book(me(), wanted, now()).loss_id}

    try:
        done = once(me().actor, request.form, now(), act)
    except Invalid as problem:
        put_back(form, problem)
        return _form(form), 422
    say(_("损失已登记，等本人答复。"))
    return redirect(url_for("pay.loss", loss_id=done["id"]), 303)


@blueprint.get("/losses/<int:loss_id>")
@requires(OWN)
def loss(loss_id: int) -> str:
    """One loss with its cap and its schedule."""
    return _page(loss_id, "")


def _page(loss_id: int, problem: str) -> str:
    standing = losses.one(me(), loss_id)
    said_by = standing.answer.answered_by if standing.answer else ""
    return render_template(
        "pay/loss.html",
        standing=standing,
        schedule=losses.schedule(standing, month_text(today())),
        names=names_of([standing.loss.booked_by, said_by]),
        words=words_of_pages,
        own=standing.loss.staff_id == me().staff_id,
        books=me().may(WRITE) and standing.loss.staff_id != me().staff_id,
        problem=problem,
    )


@blueprint.post("/losses/<int:loss_id>/answer")
@requires(OWN)
def answer_loss(loss_id: int) -> Page:
    """The person agrees or refuses."""
    return _said(loss_id, request.form.get("answer", ""), _("已记下您的答复。"))


@blueprint.post("/losses/<int:loss_id>/withdraw")
@requires(WRITE)
def withdraw_loss(loss_id: int) -> Page:
    """Whoever books losses takes one back."""
    return _said(loss_id, losses.WITHDRAWN, _("损失已撤回。"))


def _said(loss_id: int, said: str, done: str) -> Page:
    losses.one(me(), loss_id)

    def act() -> dict[str, int]:
        words = request.form.get("words", "")
        return {"id": losses.answer(me(), loss_id, said, words, now()).answer_id}

    try:
        once(me().actor, request.form, now(), act)
    except (Invalid, Conflict) as problem:
        return _page(loss_id, problem.sentence(current_lang())), problem.status
    say(done)
    return redirect(url_for("pay.loss", loss_id=loss_id), 303)

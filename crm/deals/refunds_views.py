"""Refunds: asking, answering, paying, and the list with its clock."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals import approvals, refunds
from crm.deals import stock_words as words
from crm.deals.amounts import parse_yuan
from crm.deals.queries import deal_of
from crm.deals.receipts_views import kept
from crm.deals.stock_blueprint import APPROVE, MONEY, RECEIPTS, Page, blueprint
from crm.deals.stock_forms import PayForm, RefundForm
from crm.errors import Conflict, Invalid
from crm.leads.page_queries import names_of
from crm.people.signed_in import me
from crm.permissions import requires
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/refunds")
@requires(*MONEY)
def refund_list() -> str:
    """What waits for an answer or for its money, with the last day of each; and prices that wait."""
    prices = approvals.waiting(me()) if me().may(APPROVE) else []
    return render_template(
        "deals/refunds.html",
        lines=refunds.open_refunds(me()),
        unreturned=refunds.unreturned(me()),
        prices=prices,
        names=names_of(row.asked_by for row, _deal, _customer in prices),
        words=words,
        today_is=today(),
    )


@blueprint.post("/money/<deal_id>/refund")
@requires(*MONEY)
def ask_refund(deal_id: str) -> Page:
    """Ask for money to go back, to stay, or to go back double."""
    form = RefundForm()
    deal_of(me(), deal_id)

    def act() -> str:
        wanted = refunds.Wanted(
            form.kind.data,
            form.cause.data,
            form.reason.data,
            form.requested_on.data,
            parse_yuan(form.amount.data),
        )
        return refunds.ask(me(), deal_id, wanted, now()).refund_id

    return kept(deal_id, "refund", form, act, _("已提交，等另一人审批。"))


@blueprint.post("/refunds/<refund_id>/decide")
@requires(APPROVE)
def decide_refund(refund_id: str) -> Response:
    """The second person's answer."""
    approved = request.form.get("approved") == "1"
    answer = request.form.get("answer", "")
    return _tried(lambda: refunds.decide(me(), refund_id, approved, answer, now()), _("已答复。"), refund_id)


@blueprint.post("/refunds/<refund_id>/pay")
@requires(RECEIPTS)
def pay_refund(refund_id: str) -> Response:
    """An approved refund was paid."""
    form = PayForm()

    def act() -> object:
        if not form.validate_on_submit():
            raise Invalid(
                "请填写付款日期、方式和凭证号。", "Enter the day, the method and the voucher number."
            )
        return refunds.pay(me(), refund_id, form.paid_on.data, form.method.data, form.voucher_no.data, now())

    return _tried(act, _("付款已登记。"), refund_id)


def _tried(act: Callable[[], object], done: str, refund_id: str) -> Response:
    deal_id = refunds.one(me(), refund_id).refund.deal_id
    try:
        act()
    except (Invalid, Conflict) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(done)
    return redirect(url_for("stock.money", deal_id=deal_id), 303)

"""The money of a deal, finance's day as a page and as a spreadsheet, and what is outstanding."""

import datetime as dt
from collections.abc import Callable

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals import receipts, receipts_sums, refunds
from crm.deals import stock_words as words
from crm.deals.amounts import parse_yuan
from crm.deals.models import Deal
from crm.deals.queries import deal_of
from crm.deals.receipts_models import PlanLine, Receipt
from crm.deals.receipts_sheet import sheet_of_day
from crm.deals.stock_blueprint import MONEY, READ, RECEIPTS, Page, blueprint
from crm.deals.stock_forms import PayForm, PlanForm, ReceiptForm, RefundForm
from crm.deals.units import unanswered, units_of
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/money/<deal_id>")
@requires(*READ)
def money(deal_id: str) -> str:
    """What was paid, what is planned, what goes back."""
    return money_page(deal_of(me(), deal_id), {})


def money_page(deal: Deal, failed: dict[str, FlaskForm]) -> str:
    """The page, with the form whose faults are to be seen instead of an empty one."""
    session = db.session()
    rows = session.scalars(
        select(Receipt).where(Receipt.deal_id == deal.deal_id).order_by(Receipt.taken_at, Receipt.receipt_id)
    ).all()
    takes, plans = me().may(RECEIPTS), me().may(RECEIPTS) or me().may(MONEY[1])
    empty = {
        "receipt": ReceiptForm(formdata=None, received_on=today()) if takes else None,
        "plan": PlanForm(formdata=None) if plans else None,
        "refund": RefundForm(formdata=None, requested_on=today()) if plans else None,
    }
    return render_template(
        "deals/money.html",
        deal=deal,
        customer=session.get_one(Customer, deal.customer_id),
        money=receipts.money_of(session, deal),
        receipts=rows,
        reversed={row.reverses for row in rows if row.reverses},
        names=names_of(row.taken_by for row in rows),
        plan=receipts.plan_of(session, deal),
        refunds=refunds.refunds_of(me(), deal.deal_id),
        forms=empty | failed,
        pay=PayForm(formdata=None, paid_on=today()),
        takes=takes,
        approves=me().may(MONEY[1]),
        me=me(),
        blocked=unanswered(session, units_of(session, deal)),
        words=words,
    )


def kept(deal_id: str, name: str, form: FlaskForm, act: Callable[[], str], done: str) -> Page:
    """Do what a form of the money page asks for; with faults the page comes back with what was typed."""
    deal = deal_of(me(), deal_id)
    if not form.validate_on_submit():
        return money_page(deal, {name: form}), 422
    try:
        once(me().actor, request.form, now(), lambda: {"id": act()})
    except Invalid as problem:
        put_back(form, problem)
        return money_page(deal_of(me(), deal_id), {name: form}), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return money_page(deal_of(me(), deal_id), {name: form}), 409
    say(done)
    return redirect(url_for("stock.money", deal_id=deal_id), 303)


@blueprint.post("/money/<deal_id>/receipt")
@requires(RECEIPTS)
def take(deal_id: str) -> Page:
    """Money was received."""
    form = ReceiptForm()

    def act() -> str:
        taken = receipts.Taken(
            form.kind.data,
            form.nature.data,
            parse_yuan(form.amount.data) or receipts.NOTHING,
            form.method.data,
            form.voucher_no.data,
            form.invoice_no.data or "",
            form.received_on.data,
            form.note.data or "",
        )
        return receipts.take(me(), deal_id, taken, now()).receipt_id

    return kept(deal_id, "receipt", form, act, _("收款已登记。"))


@blueprint.post("/receipts/<receipt_id>/reverse")
@requires(RECEIPTS)
def reverse(receipt_id: str) -> Response:
    """A wrong receipt gets its opposite; it stays to be read."""
    row = db.session.get(Receipt, receipt_id)
    if row is None:
        raise NotFound
    deal = deal_of(me(), row.deal_id)
    reason = request.form.get("reason", "")
    return _tried(lambda: receipts.reverse(me(), receipt_id, reason, now()), _("已冲销。"), deal.deal_id)


@blueprint.post("/money/<deal_id>/plan")
@requires(*MONEY)
def add_plan(deal_id: str) -> Page:
    """Another payment is planned."""
    form = PlanForm()

    def act() -> str:
        amount = parse_yuan(form.amount.data) or receipts.NOTHING
        line = receipts.plan_line(me(), deal_id, form.kind.data, form.due_on.data, amount, now())
        return str(line.line_id)

    return kept(deal_id, "plan", form, act, _("计划已登记。"))


@blueprint.post("/plan/<int:line_id>/strike")
@requires(*MONEY)
def strike(line_id: int) -> Response:
    """A planned payment no longer holds."""
    line = db.session.get(PlanLine, line_id)
    if line is None:
        raise NotFound
    deal = deal_of(me(), line.deal_id)
    return _tried(lambda: receipts.strike_line(me(), line_id, now()), _("已划去。"), deal.deal_id)


def _tried(act: Callable[[], object], done: str, deal_id: str) -> Response:
    try:
        act()
    except (Invalid, Conflict) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(done)
    return redirect(url_for("stock.money", deal_id=deal_id), 303)


def _chosen_day() -> dt.date:
    try:
        return dt.date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today()


@blueprint.get("/receipts")
@requires(*MONEY)
def day() -> str:
    """What was received on a date."""
    on = _chosen_day()
    lines = receipts.receipts_of_day(me(), on)
    months = receipts_sums.by_month(me(), today())
    return render_template(
        "deals/receipts.html",
        on=on,
        lines=lines,
        names=names_of(receipt.taken_by for receipt, _deal, _customer in lines),
        total=sum((receipt.amount for receipt, _deal, _customer in lines), receipts.NOTHING),
        methods=receipts_sums.by_method(receipt for receipt, _deal, _customer in lines),
        months=months,
        figure_json=receipts_sums.figure_of_months(months) if months else None,
        this_month=receipts_sums.month_from(today(), 0),
        words=words,
    )


@blueprint.get("/receipts/day.xlsx")
@requires(*MONEY)
def day_sheet() -> Response:
    """The same as a spreadsheet for the bookkeeper."""
    on = _chosen_day()
    lines = receipts.receipts_of_day(me(), on)
    names = names_of(receipt.taken_by for receipt, _deal, _customer in lines)
    content = sheet_of_day(on, lines, names)
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{_('收款日报')}-{on}.xlsx")

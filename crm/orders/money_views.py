"""The money of an order, its one page on paper, and its after-sales sheet."""

from io import BytesIO

from flask import render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.amounts import parse_yuan
from crm.deals.capitals import in_capitals
from crm.deals.papers import pdf
from crm.errors import Conflict
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.orders import aftersales, money, queries, services, words
from crm.orders.blueprint import MONEY, OWN, READ, SIGN, Page, blueprint, kept, tried
from crm.orders.forms import CallForm, MoneyForm
from crm.orders.models import Order, OrderSignature
from crm.orders.views import order_page
from crm.people import audit
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import requires


@blueprint.post("/orders/<order_id>/money")
@requires(MONEY)
def take_money(order_id: str) -> Page:
    """Money was received."""
    row, form = services.order_of(me(), order_id), MoneyForm()

    def act() -> str:
        taken = money.Taken(
            form.nature.data,
            parse_yuan(form.amount.data) or services.NOTHING,
            form.method.data,
            form.voucher_no.data,
            form.received_on.data,
            form.note.data or "",
        )
        return money.take(me(), order_id, taken, now()).receipt_id

    def page() -> str:
        return order_page(row, {"money": form})

    return kept(form, act, page, _("收款已登记。"), lambda _id: url_for("orders.order", order_id=order_id))


@blueprint.post("/orders/money/<receipt_id>/reverse")
@requires(MONEY)
def reverse_money(receipt_id: str) -> Response:
    """A wrong receipt gets its opposite; it stays to be read."""
    row, reason = money.visible(me(), receipt_id), request.form.get("reason", "")
    url = url_for("orders.order", order_id=row.order_id)
    return tried(lambda: money.reverse(me(), receipt_id, reason, now()).receipt_id, _("已冲销。"), url)


@blueprint.get("/orders/<order_id>/paper")
@requires(*READ)
def paper(order_id: str) -> Response:
    """The order as the trade knows it, on one page."""
    row = services.order_of(me(), order_id)
    session = db.session()
    done = {one.kind: one for one in services.steps_of(session, order_id)}
    if "written" not in done:
        raise Conflict("还没有开单，不能打印。", "The order is not written yet.")
    lines, signature = services.lines_of(session, order_id), session.get(OrderSignature, order_id)
    html = render_template(
        "orders/paper.html",
        order=row,
        customer=session.get_one(Customer, row.customer_id),
        lines=lines,
        done=done,
        notes=queries.notes_of(order_id),
        total=services.total_of(lines),
        capitals=in_capitals(services.total_of(lines)),
        sums=money.sums_of(session, row),
        signature=signature.drawing if signature else None,
        names=names_of([row.staff_id, *(one.done_by for one in done.values())]),
        company=setting("company"),
        printed_on=today(),
        words=words,
    )
    made = pdf(html)
    audit.record(me().actor, "paper.printed", order_id, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=f"{order_id}.pdf")


@blueprint.get("/orders/<order_id>/aftersales")
@requires(*READ)
def sheet(order_id: str) -> str:
    """The after-sales follow-up sheet."""
    return _sheet_page(services.order_of(me(), order_id), CallForm(formdata=None), None)


def _sheet_page(row: Order, form: CallForm, number: int | None) -> str:
    """The sheet; `number` is the call whose form came back with faults."""
    calls = aftersales.sheet_of(db.session(), row.order_id)
    waiting = [one.number for one in calls if one.done_at is None]
    answers = (me().may(OWN) and row.staff_id == me().staff_id) or me().may(SIGN)
    return render_template(
        "orders/aftersales.html",
        order=row,
        lines=services.lines_of(db.session(), row.order_id),
        done={one.kind: one for one in services.steps_of(db.session(), row.order_id)},
        notes=queries.notes_of(row.order_id),
        calls=calls,
        open_number=number if number is not None else next(iter(waiting), None),
        answers=answers,
        form=form,
        names=names_of([row.staff_id, *(one.done_by for one in calls)]),
        words=words,
    )


@blueprint.post("/orders/<order_id>/aftersales/<int:number>")
@requires(OWN, SIGN)
def answer_call(order_id: str, number: int) -> Page:
    """A call-back was made."""
    row, form = services.order_of(me(), order_id), CallForm()

    def act() -> str:
        again = aftersales.answer(me(), order_id, number, form.result.data, form.note.data or "", now())
        return again.due_on.isoformat() if again else ""

    return kept(
        form,
        act,
        lambda: _sheet_page(row, form, number),
        _("回访已记录。"),
        lambda _id: url_for("orders.sheet", order_id=order_id),
    )

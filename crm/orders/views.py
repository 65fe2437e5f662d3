"""The pages of orders: the list, a new one, its way, its price and its end."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now, today
from crm.deals.amounts import parse_yuan
from crm.deals.queries import choosable_customers
from crm.deals.stock_words import METHODS, NATURES
from crm.errors import Invalid, NotFound
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.orders import aftersales, approvals, book, money, queries, services, steps, words
from crm.orders.blueprint import MONEY, OWN, READ, SIGN, STAMP, Page, blueprint, kept, tried
from crm.orders.forms import LineForm, MoneyForm, OrderForm, StepForm
from crm.orders.models import Order, OrderSignature
from crm.people.signed_in import me
from crm.permissions import requires
from crm.web.formats import money as in_yuan

CONSULTANTS = ("inspected", "written", "explained")
AFTERWARDS = ("scheduled", "delivered", "installed")


@blueprint.get("/orders")
@requires(*READ)
def listed() -> str:
    """Orders: those that wait for me, the open ones, or all."""
    view = request.args.get("view", "")
    view = view if view in queries.VIEWS else "open"
    page = min(max(request.args.get("page", 1, int), 1), 100_000)
    lines, total = queries.listed(me(), view, page)
    return render_template(
        "orders/list.html",
        lines=lines,
        total=total,
        page=page,
        pages=-(-total // queries.PAGE),
        view=view,
        words=words,
        writes=me().may(OWN),
        signs=me().may(SIGN),
        whose=not me().may(OWN),
    )


@blueprint.get("/orders/new")
@requires(OWN)
def new() -> str:
    """The form of a new order; without `customer` in the address, whose order it is is asked first."""
    customer_id = request.args.get("customer", "")
    if not customer_id:
        return render_template("orders/choose.html", customers=choosable_customers(me(), today()))
    customer = services.customer_to_serve(me(), customer_id, today())
    return _new_page(OrderForm(formdata=None, customer_name=customer.name), customer_id)


def _new_page(form: OrderForm, customer_id: str) -> str:
    customer = services.customer_to_serve(me(), customer_id, today())
    _offer(form)
    return render_template("orders/new.html", form=form, customer=customer)


def _offer(form: LineForm) -> None:
    """The products of the book, each with its price."""
    form.price_id.choices = [SelectChoice("", _("请选择"))] + [
        SelectChoice(str(row.price_id), f"{row.product} {row.model} · {row.size} · {in_yuan(row.price)}")
        for row in book.book_on(today())
    ]


@blueprint.post("/orders/new")
@requires(OWN)
def enter() -> Page:
    """Keep a new order."""
    customer_id = request.args.get("customer") or request.form.get("customer", "")
    services.customer_to_serve(me(), customer_id, today())
    form = OrderForm()

    def act() -> str:
        draft = services.Draft(form.customer_name.data, form.address.data, _goods(form), form.note.data or "")
        return services.enter(me(), customer_id, draft, now()).order_id

    return kept(form, act, lambda: _new_page(form, customer_id), _("订单已建立，请验货。"), _to)


def _goods(form: LineForm) -> services.Goods:
    chosen = form.price_id.data or ""
    if not (chosen.isdecimal() and len(chosen) < 18):
        raise Invalid("请选择产品。", "Choose a product.", "price_id")
    return services.Goods(int(chosen), form.quantity.data, parse_yuan(form.price.data, "price"))


def _to(order_id: str) -> str:
    return url_for("orders.order", order_id=order_id)


@blueprint.get("/orders/<order_id>")
@requires(*READ)
def order(order_id: str) -> str:
    """One order: where it stands, what comes next, its goods and its money."""
    return order_page(services.order_of(me(), order_id), {})


def order_page(row: Order, failed: dict[str, FlaskForm]) -> str:
    """The page, with the form whose faults are to be seen instead of an empty one."""
    session = db.session()
    due = steps.next_step(session, row)
    done = services.steps_of(session, row.order_id)
    requests, receipts = approvals.requests_of(session, row.order_id), money.rows_of(session, row.order_id)
    forms: dict[str, FlaskForm] = {
        "line": LineForm(formdata=None),
        "step": StepForm(formdata=None, on=today()),
        "money": MoneyForm(formdata=None, received_on=today()),
    }
    forms |= failed
    line_form = forms["line"]
    if isinstance(line_form, LineForm):
        _offer(line_form)
    rivals = approvals.rivals_of(session, row, today()) if me().may(SIGN) else []
    people = [row.staff_id, *rivals, *(one.done_by for one in done), *(one.taken_by for one in receipts)]
    people += [
        who for one in requests for who in (one.asked_by, one.decided_by, *one.rivals.split(",")) if who
    ]
    signature = session.get(OrderSignature, row.order_id)
    names = names_of(people)
    return render_template(
        "orders/order.html",
        order=row,
        lines=services.lines_of(session, row.order_id),
        done={one.kind: one for one in done},
        notes=queries.notes_of(row.order_id),
        due=due,
        steps=steps,
        may=due is not None and steps.may_do(me(), row, due),
        mine=me().may(OWN) and row.staff_id == me().staff_id,
        signs=me().may(SIGN),
        takes=me().may(MONEY),
        below=approvals.is_below(session, row),
        price_ok=approvals.is_approved(session, row),
        requests=requests,
        rivals=rivals,
        sums=money.sums_of(session, row),
        receipts=receipts,
        reversed={one.reverses for one in receipts if one.reverses},
        natures=NATURES,
        methods=METHODS,
        sheet=aftersales.sheet_of(session, row.order_id),
        signature=signature.drawing if signature else None,
        names=names,
        rival_names="、".join(names.get(who, who) for who in rivals),
        forms=forms,
        words=words,
        afterwards=AFTERWARDS,
    )


@blueprint.post("/orders/<order_id>/lines")
@requires(OWN)
def add_line(order_id: str) -> Page:
    """Another piece."""
    row, form = services.own_order(me(), order_id), LineForm()
    return kept(
        form,
        lambda: services.add_line(me(), order_id, _goods(form), now()).line_id,
        lambda: order_page(row, {"line": form}),
        _("已加上。"),
        lambda _id: _to(order_id),
    )


@blueprint.post("/orders/<order_id>/lines/<int:line_id>/remove")
@requires(OWN)
def remove_line(order_id: str, line_id: int) -> Response:
    """A piece comes off again."""
    services.own_order(me(), order_id)
    return tried(lambda: services.remove_line(me(), order_id, line_id), _("已拿掉。"), _to(order_id))


@blueprint.post("/orders/<order_id>/steps/<kind>")
@requires(OWN)
def step(order_id: str, kind: str) -> Page:
    """Goods inspected, order written, terms explained and signed."""
    return _step(order_id, kind, CONSULTANTS)


@blueprint.post("/orders/<order_id>/sign")
@requires(SIGN)
def sign(order_id: str) -> Page:
    """The store manager's signature."""
    return _step(order_id, "signed", ("signed",))


@blueprint.post("/orders/<order_id>/stamp")
@requires(STAMP)
def stamp(order_id: str) -> Page:
    """The stamp of finance."""
    return _step(order_id, "stamped", ("stamped",))


@blueprint.post("/orders/<order_id>/after/<kind>")
@requires(OWN, SIGN)
def after(order_id: str, kind: str) -> Page:
    """Pick-up or delivery scheduled, made, installed."""
    return _step(order_id, kind, AFTERWARDS)


def _step(order_id: str, kind: str, allowed: tuple[str, ...]) -> Page:
    row, form = services.order_of(me(), order_id), StepForm()
    if kind not in allowed:
        raise NotFound

    def act() -> str:
        said = steps.Done(
            form.note.data or "",
            form.on.data,
            form.mode.data,
            form.drawing.data or "",
            form.damaged.data,
            form.acknowledged.data,
        )
        return steps.do(me(), order_id, kind, said, now()).kind

    return kept(
        form, act, lambda: order_page(row, {"step": form}), _("已记下。"), lambda _kind: _to(order_id)
    )


@blueprint.post("/orders/<order_id>/price")
@requires(OWN)
def ask_price(order_id: str) -> Response:
    """Ask for a price below the book."""
    services.own_order(me(), order_id)
    reason = request.form.get("reason", "")
    return tried(
        lambda: approvals.ask(me(), order_id, reason, now()).approval_id,
        _("已提交，等店长答复。"),
        _to(order_id),
    )


@blueprint.post("/orders/prices/requests/<int:approval_id>")
@requires(SIGN)
def decide_price(approval_id: int) -> Response:
    """The manager's answer."""
    row, said = approvals.visible(me(), approval_id), request.form
    approved, takes_on = said.get("approved") == "1", said.get("takes_on") == "1"
    return tried(
        lambda: (
            approvals.decide(me(), approval_id, approved, takes_on, said.get("answer", ""), now()).approval_id
        ),
        _("已答复。"),
        _to(row.order_id),
    )


@blueprint.post("/orders/<order_id>/cancel")
@requires(OWN, SIGN)
def cancel(order_id: str) -> Response:
    """The order ends before it was delivered."""
    services.order_of(me(), order_id)
    reason = request.form.get("reason", "")
    return tried(
        lambda: services.cancel(me(), order_id, reason, now()).order_id, _("订单已取消。"), _to(order_id)
    )


from crm.orders import money_views, shop_views  # noqa: E402, F401 - they add their routes to the blueprint

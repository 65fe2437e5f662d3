"""The price book, best and slow sellers, reports, and the closing inspection."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.amounts import parse_yuan
from crm.leads.page_queries import names_of
from crm.orders import book, sellers, services, shop, words
from crm.orders.blueprint import (
    PRICES,
    PRICES_WRITE,
    SHOP,
    SHOP_ANSWER,
    SHOP_WRITE,
    SIGN,
    Page,
    blueprint,
    kept,
    tried,
)
from crm.orders.forms import ClosingForm, NoteForm, PriceForm
from crm.people.signed_in import me
from crm.permissions import requires


@blueprint.get("/prices")
@requires(PRICES)
def prices() -> str:
    """What everything costs today, in all stores."""
    return _prices_page(PriceForm(formdata=None, from_on=today()))


def _prices_page(form: PriceForm) -> str:
    rows, planned = book.book_on(today()), book.planned_after(today())
    sought = " ".join(request.args.get("q", "").split()).lower()
    if sought:
        rows = [row for row in rows if sought in f"{row.product} {row.model} {row.material}".lower()]
    writes = me().may(PRICES_WRITE)
    return render_template(
        "orders/prices.html", rows=rows, planned=planned, form=form if writes else None, sought=sought
    )


@blueprint.post("/prices")
@requires(PRICES_WRITE)
def enter_price() -> Page:
    """A price from a date on."""
    form = PriceForm()

    def act() -> int:
        texts = {name: getattr(form, name).data for name in book.TEXTS}
        price = parse_yuan(form.price.data, "price") or services.NOTHING
        return book.enter(me(), book.Entry(**texts, price=price, from_on=form.from_on.data), now()).price_id

    return kept(
        form,
        act,
        lambda: _prices_page(form),
        _("价格已写入，各门店统一执行。"),
        lambda _id: url_for("orders.prices"),
    )


@blueprint.get("/sellers")
@requires(SIGN)
def sellers_page() -> str:
    """Best and slow sellers."""
    days = request.args.get("days", 90, int)
    days = days if days in sellers.DAYS else 90
    found = sellers.sellers(me(), today(), days)
    drawn = sellers.drawn(found.best) if found.best else None
    return render_template("orders/sellers.html", found=found, drawn=drawn, days=days, choices=sellers.DAYS)


@blueprint.get("/shop/notes")
@requires(*SHOP)
def notes() -> str:
    """What was reported."""
    return _notes_page(NoteForm(formdata=None))


def _notes_page(form: NoteForm) -> str:
    kind = request.args.get("kind", "")
    rows = shop.notes(me(), kind)
    return render_template(
        "orders/notes.html",
        rows=rows,
        kind=kind if kind in shop.KINDS else "",
        form=form if me().may(SHOP_WRITE) else None,
        answers=me().may(SHOP_ANSWER),
        urgent=shop.URGENT,
        names=names_of(who for row in rows for who in (row.staff_id, row.answered_by)),
        words=words,
    )


@blueprint.post("/shop/notes")
@requires(SHOP_WRITE)
def report() -> Page:
    """Something is reported."""
    form = NoteForm()

    def act() -> int:
        told = shop.Told(
            form.kind.data,
            form.what.data,
            form.note.data or "",
            form.brand.data or "",
            form.model.data or "",
            parse_yuan(form.price.data, "price"),
        )
        return shop.report(me(), told, now()).note_id

    return kept(form, act, lambda: _notes_page(form), _("已上报店长。"), lambda _id: url_for("orders.notes"))


@blueprint.post("/shop/notes/<int:note_id>/answer")
@requires(SHOP_ANSWER)
def answer_note(note_id: int) -> Response:
    """The manager sees to it."""
    words_said = request.form.get("answer", "")
    return tried(
        lambda: shop.answer(me(), note_id, words_said, now()).note_id, _("已答复。"), url_for("orders.notes")
    )


@blueprint.get("/shop/closing")
@requires(*SHOP)
def closing() -> str:
    """Today's closing inspection, and those of the last two weeks."""
    return _closing_page(ClosingForm(formdata=None))


def _closing_page(form: ClosingForm) -> str:
    checked, days = shop.last_check(me(), today()), shop.days_before(me(), today())
    open_yet = checked is None or not checked.whole
    rows = [row for row in (checked, *(row for _day, row in days)) if row]
    return render_template(
        "orders/closing.html",
        form=form if me().may(SHOP_WRITE) and open_yet else None,
        checked=checked,
        days=days,
        names=names_of(row.checked_by for row in rows),
        words=words,
    )


@blueprint.post("/shop/closing")
@requires(SHOP_WRITE)
def check_out() -> Page:
    """The inspection was made."""
    form = ClosingForm()

    def act() -> int:
        seen = shop.Seen(
            form.doors.data,
            form.power.data,
            form.fire.data,
            form.left_behind.data,
            form.note.data or "",
        )
        return shop.check_out(me(), seen, now()).check_id

    return kept(
        form, act, lambda: _closing_page(form), _("检查已记录。"), lambda _id: url_for("orders.closing")
    )

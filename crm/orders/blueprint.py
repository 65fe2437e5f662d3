"""The blueprint of orders and of the shop's day; `views` gives it its routes."""

from collections.abc import Callable

from flask import Blueprint, redirect, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from crm.clock import now
from crm.errors import Conflict, Invalid
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("orders", __name__)
Page = str | Response | tuple[str, int]
READ = (Permission.OWN_ORDERS_READ, Permission.PROJECT_ORDERS_READ)
OWN = Permission.OWN_ORDERS_WRITE
SIGN = Permission.PROJECT_ORDERS_SIGN
STAMP = Permission.PROJECT_ORDERS_STAMP
MONEY = Permission.PROJECT_RECEIPTS_WRITE
PRICES = Permission.ALL_PRICES_READ
PRICES_WRITE = Permission.ALL_PRICES_WRITE
SHOP = (Permission.OWN_SHOP_READ, Permission.PROJECT_SHOP_READ)
SHOP_WRITE = Permission.OWN_SHOP_WRITE
SHOP_ANSWER = Permission.PROJECT_SHOP_ANSWER


def kept(
    form: FlaskForm,
    act: Callable[[], object],
    page: Callable[[], str],
    done: str,
    where: Callable[[str], str],
) -> Page:
    """Do what a form asks for, once; with faults `page` comes back with what was typed.

    `where` gives the address to go on to, from what `act` gave.
    """
    if not form.validate_on_submit():
        return page(), 422
    try:
        answer = once(me().actor, request.form, now(), lambda: {"id": str(act())})
    except Invalid as problem:
        put_back(form, problem)
        return page(), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return page(), 409
    say(done)
    return redirect(where(answer["id"]), 303)


def tried(act: Callable[[], object], done: str, url: str) -> Response:
    """Do what a button asks for, once; a refusal is said on the page one comes back to."""
    try:
        once(me().actor, request.form, now(), lambda: {"id": str(act())})
    except (Invalid, Conflict) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(done)
    return redirect(url, 303)

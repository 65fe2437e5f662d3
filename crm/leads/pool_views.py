"""The pages of the public pool."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.leads import pool
from crm.leads.page_queries import names_of
from crm.leads.pool_words import POOL_WORDS
from crm.people.settings import setting
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("pool", __name__)
PAGE = 50


@blueprint.record
def _globals(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(about_to_fall=about_to_fall)


def about_to_fall() -> list[pool.Falling]:
    """For Today: the customers of this person who fall into the pool within the days of warning."""
    return pool.falling_visible_to(me(), today())


@blueprint.get("/pool")
@requires(Permission.PROJECT_POOL_READ)
def listed() -> str:
    """The pool of the project, and who is about to fall into it."""
    number = max(request.args.get("page", 1, type=int), 1)
    sizes = pool.pool_sizes(me(), today())
    grade = request.args.get("grade", "")
    grade = grade if grade in sizes else ""
    size = sizes[grade] if grade else sum(sizes.values())
    pages = max(1, -(-size // PAGE))
    number = min(number, pages)
    falling = pool.falling_visible_to(me(), today())
    return render_template(
        "leads/pool.html",
        rows=pool.claimable(me(), today(), PAGE, (number - 1) * PAGE, grade),
        size=sum(sizes.values()),
        sizes={key: sizes[key] for key in sorted(sizes) if key},
        grade=grade,
        number=number,
        pages=pages,
        falling=falling,
        why=POOL_WORDS,
        names=names_of(one.holder for one in falling),
        claims=me().may(Permission.PROJECT_POOL_CLAIM),
        hands=me().may(Permission.PROJECT_CUSTOMERS_HAND_OVER),
        limit=setting("pool_claims_a_day"),
        left=pool.claims_left(me(), today()),
    )


@blueprint.post("/pool/<customer_id>/claim")
@requires(Permission.PROJECT_POOL_CLAIM)
def claim(customer_id: str) -> Response:
    """Take one out of the pool."""

    def act() -> dict[str, str]:
        pool.claim(me(), customer_id, now())
        return {"customer_id": customer_id}

    try:
        once(me().actor, request.form, now(), act)
    except Invalid as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("pool.listed"), 303)
    say(_("已认领，请尽快联系。"), undo=url_for("pool.give_back", customer_id=customer_id))
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)


@blueprint.post("/pool/<customer_id>/give-back")
@requires(Permission.PROJECT_POOL_CLAIM)
def give_back(customer_id: str) -> Response:
    """Take back what was just claimed."""
    try:
        pool.give_back(me(), customer_id, now())
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
        return redirect(url_for("leads.customer", customer_id=customer_id), 303)
    say(_("已撤销，客户回到公海。"))
    return redirect(url_for("pool.listed"), 303)

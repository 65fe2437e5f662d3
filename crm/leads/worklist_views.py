"""Today: the list of what is due, and what can be done to a row without leaving it."""

import datetime as dt

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.reminders import reminders
from crm.deals.stock_words import STEP_WORDS
from crm.extensions import db
from crm.leads import today_drawing as _today_drawing  # noqa: F401 - what the templates call
from crm.leads.blueprint import blueprint
from crm.leads.contact_services import Draft, call, record
from crm.leads.contact_views import answer_row, is_htmx
from crm.leads.worklist_queries import worklist
from crm.orders.aftersales import proposed
from crm.people.signed_in import me, visitor
from crm.people.trades import trades_of
from crm.permissions import Permission, Who, requires
from crm.store.once import once
from crm.targets.cases_queries import hearings_to_answer
from crm.targets.training_queries import waiting_for
from crm.web import say
from crm.web.formats import day_words
from crm.web.i18n import current_lang

# Beyond any list; a larger number is more than a database counts.
FARTHEST = 1_000_000


@blueprint.get("/today", endpoint="today")
@requires(Permission.OWN_DUTIES_READ)
def today_list() -> str:
    """The person's list; `start` asks for the rows after the first page."""
    start = min(max(request.args.get("start", 0, int), 0), FARTHEST)
    listed = worklist(db.session(), me(), today(), start)
    if start and is_htmx():
        return render_template("leads/today_more.html", listed=listed)
    return render_template(
        "leads/today.html",
        listed=listed,
        sent_at=listed.day.sent_at,
        full_day=_full_day(listed.on),
        reminders=reminders(me(), today()) if listed.day.has_deals else [],
        step_words=STEP_WORDS,
        call_backs=proposed(me(), today()) if "furniture" in trades_of(me()) else [],
        notices=waiting_for(me()) if listed.day.has_notices else [],
        hearings=hearings_to_answer(me()) if listed.day.asked else [],
        has_targets=me().may(Permission.OWN_TARGETS_READ),
        registers=me().may(Permission.OWN_CUSTOMERS_REGISTER)
        or me().may(Permission.PROJECT_CUSTOMERS_REGISTER),
    )


def _full_day(day: dt.date) -> str:
    """The date itself, where `today` would say nothing new: 11月20日 周五."""
    elsewhere = dt.date(day.year, 1 if day.month > 6 else 12, 1)
    return day_words(day, elsewhere, current_lang())


@blueprint.post("/today/<customer_id>/call")
@requires(Permission.OWN_CUSTOMERS_REVEAL)
def call_customer(customer_id: str) -> str:
    """A call from the list: logged, and the number shown for this one time."""
    numbers = call(me(), customer_id, now(), visitor().address)
    return render_template("leads/today_call.html", numbers=numbers)


@blueprint.post("/today/<customer_id>/no-answer")
@requires(Permission.OWN_CONTACTS_WRITE)
def no_answer(customer_id: str) -> str | Response:
    """One tap: called, reached nobody."""
    draft, who = Draft("follow_up", effective=False, medium="phone"), Who.of(me())
    answer = once(
        me().actor,
        request.form,
        now(),
        lambda: {"contact_id": record(who, customer_id, draft, now()).contact_id},
    )
    say(_("已记下：未接通。"), undo=url_for("leads.undo_contact", contact_id=answer["contact_id"]))
    if is_htmx():
        return answer_row(answer["contact_id"], who)
    return redirect(url_for("leads.today"), 303)

"""Deciding about what is held: the first person decides with a reason, the second confirms."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid, NotFound
from crm.leads.page_queries import names_of
from crm.pay import decisions, pages, words_of_pages
from crm.pay.blueprint import CONFIRM, WRITE, Page, blueprint, chosen_month
from crm.penalties.months import first_day
from crm.people.settings import setting
from crm.people.signed_in import me
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/decisions")
@requires(*CONFIRM)
def decide_list() -> str:
    """What waits for a decision or for the second person, and what was decided."""
    return _page({})


def _page(problem: dict[str, str], typed: MultiDict[str, str] | None = None) -> str:
    month = chosen_month()
    rows = pages.held_of(me(), month, today(), setting("held_flags"))
    every = request.args.get("show") == "all"
    waits = [row for row in rows if row.state == "waits_second"]
    first = [row for row in rows if row.state == "waits_first"]
    others = [row for row in rows if row.state in ("paid", "release", "withhold")]
    decided = [row.decided for row in rows if row.decided is not None]
    actors = {one.decision.decided_by for one in decided}
    actors |= {one.second.second_by for one in decided if one.second is not None}
    return render_template(
        "pay/decisions.html",
        first=first,
        waits=waits,
        others=others,
        every=every,
        month=first_day(month),
        months=pages.months_with_entries(me(), today()),
        decides=me().may(WRITE),
        me=me(),
        names=names_of(actors),
        problem=problem,
        typed=typed or MultiDict(),
        words=words_of_pages,
    )


def _ids(name: str) -> list[int]:
    """The ticked numbers; NotFound for what is none."""
    try:
        found = [int(text) for text in request.form.getlist(name)]
    except ValueError:
        raise NotFound from None
    if any(not 0 < one < 2**63 for one in found):
        raise NotFound
    return found


@blueprint.post("/decisions")
@requires(WRITE)
def decide() -> Page:
    """The first person's decision about the ticked entries."""
    verdict, reason = request.form.get("verdict", ""), request.form.get("reason", "")
    ids = _ids("entry_id")

    def act() -> int:
        return len(decisions.decide(me(), ids, verdict, reason, now()))

    return _tried(
        act,
        lambda count: ngettext(
            "已决定 %(num)d 笔，等第二人确认。", "已决定 %(num)d 笔，等第二人确认。", count
        ),
    )


@blueprint.post("/decisions/confirm")
@requires(*CONFIRM)
def confirm() -> Page:
    """The second person's answer to the ticked decisions."""
    agreed, answer = request.form.get("agreed") == "1", request.form.get("answer", "")
    ids = _ids("decision_id")

    def act() -> int:
        return len(decisions.confirm(me(), ids, agreed, answer, now()))

    return _tried(act, lambda count: ngettext("已答复 %(num)d 笔。", "已答复 %(num)d 笔。", count))


def _tried(act: Callable[[], int], done: Callable[[int], str]) -> Page:
    try:
        answer = once(me().actor, request.form, now(), lambda: {"count": act()})
    except Invalid as problem:
        return _page({problem.field: problem.sentence(current_lang())}, request.form), problem.status
    except Conflict as problem:
        return _page({"": problem.sentence(current_lang())}, request.form), problem.status
    say(done(int(answer["count"])))
    return _back()


def _back() -> Response:
    return redirect(url_for("pay.decide_list", month=chosen_month()), 303)

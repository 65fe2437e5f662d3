"""The rulebook in force, new numbers proposed for it, and what the last months would have been with them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.penalties import whatif, whatif_trial
from crm.penalties.models import shows_amount
from crm.penalties.version import rulebook_version
from crm.penalties.whatif_figure import figure_of
from crm.penalties.whatif_models import RulebookProposal, RulebookTrial, proposals_visible_to
from crm.people.models import Staff, staff_visible_to
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.rulebook.parameters import Parameters, Term, Value
from crm.rulebook.tables import NO_DAY, date_of, day_number
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("rulebook", __name__)
Page = str | Response | tuple[str, int]
READS = (Permission.OWN_LEDGER_READ, Permission.PROJECT_LEDGER_READ, Permission.ALL_LEDGER_READ)
WRITES = Permission.ALL_PARAMETERS_WRITE
APPROVES = (Permission.ALL_PARAMETERS_APPROVE, Permission.PROJECT_PARAMETERS_APPROVE)
UNITS = {
    "date": lazy_gettext("日期"),
    "days": lazy_gettext("天"),
    "workdays": lazy_gettext("个工作日"),
    "days absent": lazy_gettext("天旷工"),
    "groups": lazy_gettext("批"),
    "deposits": lazy_gettext("个"),
    "yuan": lazy_gettext("元"),
    "months": lazy_gettext("个月"),
    "units": lazy_gettext("套"),
    "percentage points": lazy_gettext("个百分点"),
}
STATES = {
    "open": ("waits", lazy_gettext("待批准")),
    "approved": ("done", lazy_gettext("已批准")),
    "refused": ("refused", lazy_gettext("未批准")),
    "withdrawn": ("refused", lazy_gettext("已撤回")),
}


@dataclass(frozen=True)
class Number:
    """A number of the rulebook as it stands on a page: its meaning, the value today, and those still to come."""

    term: Term
    meaning: str
    unit: str
    value: Value | None
    later: list[tuple[dt.date, Value]]


def _numbers(parameters: Parameters) -> list[Number]:
    day, lang = day_number(today()), current_lang()
    return [
        Number(
            term,
            term.en if lang == "en" else term.zh,
            str(UNITS.get(term.unit, term.unit)),
            parameters.at(term.name, day),
            [(date_of(first), value) for first, value in term.steps if first != NO_DAY and first > day],
        )
        for term in parameters.terms.values()
    ]


@blueprint.get("/rulebook")
@requires(*READS)
def shown() -> str:
    """Every number that the entries come from, with its clause; for everybody whom they touch."""
    parameters = whatif.numbers_in_force()
    query = proposals_visible_to(me()).order_by(RulebookProposal.proposal_id.desc()).limit(50)
    proposals = db.session.scalars(query).all()
    return render_template(
        "penalties/rulebook.html",
        numbers=_numbers(parameters),
        version=rulebook_version(parameters),
        proposals=proposals,
        sees=any(me().may(one) for one in (WRITES, *APPROVES)),
        proposes=me().may(WRITES),
        states=STATES,
        names=names_of({row.proposed_by for row in proposals}),
    )


@blueprint.get("/rulebook/propose")
@requires(WRITES)
def new() -> str:
    """The numbers, each with a field for a new value."""
    return _form({}, MultiDict())


def _form(problem: dict[str, str], typed: MultiDict[str, str]) -> str:
    numbers = [
        one for one in _numbers(whatif.numbers_in_force()) if one.term.name not in whatif.SET_ELSEWHERE
    ]
    following = (today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return render_template(
        "penalties/propose.html",
        numbers=numbers,
        problem=problem,
        typed=typed,
        following=following,
        tomorrow=today() + dt.timedelta(days=1),
    )


@blueprint.post("/rulebook/propose")
@requires(WRITES)
def propose() -> Page:
    """Note the proposal, and replay the last three months with it at once."""
    form = request.form
    try:
        given = {name[2:]: value for name, value in form.items() if name.startswith("n-")}
        from_on, published_on = _day("from_on"), _day("published_on")
        if from_on is None:
            raise Invalid("请选生效日期。", "Choose the first day.", "from_on")
        done = once(
            me().actor,
            form,
            now(),
            lambda: {
                "id": whatif.propose(
                    me(), given, from_on, form.get("reason", ""), published_on, now()
                ).proposal_id
            },
        )
    except Invalid as problem:
        return _form({problem.field: problem.sentence(current_lang())}, form), problem.status
    proposal_id = int(done["id"])
    if whatif.last_trial(db.session(), proposal_id) is None:
        _begin(proposal_id, 3)
    return redirect(url_for("rulebook.proposal", proposal_id=proposal_id), 303)


def _day(name: str) -> dt.date | None:
    text = request.form.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("日期无法识别。", "The date cannot be read.", name) from None


def _begin(proposal_id: int, months: int) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    trial, new = whatif_trial.begin_trial(me(), proposal_id, months, now())
    if new:
        whatif_trial.start(app, trial.trial_id)


@blueprint.get("/rulebook/proposals/<int:proposal_id>")
@requires(WRITES, *APPROVES)
def proposal(proposal_id: int) -> str:
    """A proposal and what it would have changed, person by person; a part of the page for htmx."""
    return _proposal(proposal_id, {})


def _proposal(proposal_id: int, problem: dict[str, str]) -> str:
    row = whatif.proposal_of(me(), proposal_id)
    trial = whatif.last_trial(db.session(), proposal_id)
    parameters = whatif.numbers_in_force()
    part = request.headers.get("HX-Request") == "true" and request.method == "GET"
    return render_template(
        "penalties/_trial.html" if part else "penalties/proposal.html",
        row=row,
        changes=_changes(row, parameters),
        trial=trial,
        lost=trial is not None and whatif_trial.is_lost(trial, now()),
        stale=_is_stale(row, trial, parameters),
        outcome=_outcome(trial),
        names=_names(),
        states=STATES,
        months=whatif_trial.MONTHS,
        mine=row.proposed_by == me().actor,
        too_late=row.state == "open" and row.from_on <= today(),
        approves=any(me().may(one) for one in APPROVES),
        problem=problem,
        lang=current_lang(),
    )


def _names() -> dict[str, str]:
    return {staff_id: name for staff_id, name in db.session.execute(select(Staff.staff_id, Staff.name))}


def _changes(row: RulebookProposal, parameters: Parameters) -> list[tuple[Number, str]]:
    by_name = {one.term.name: one for one in _numbers(parameters)}
    return [(by_name[name], value) for name, value in row.changes if name in by_name]


def _is_stale(row: RulebookProposal, trial: RulebookTrial | None, parameters: Parameters) -> bool:
    done = trial is not None and trial.state == "done"
    return row.state == "open" and done and trial is not None and trial.base != rulebook_version(parameters)


def _outcome(trial: RulebookTrial | None) -> dict[str, Any] | None:
    """The outcome as far as this person may see it: one's own people, and no amount that comes from pay."""
    if trial is None or trial.state != "done" or trial.result is None:
        return None
    seen = set(db.session.scalars(staff_visible_to(me()).with_only_columns(Staff.staff_id)))
    pay = shows_amount(me(), "quota-missed")
    people = [_person(one, pay=pay) for one in trial.result["people"] if one["staff_id"] in seen]
    changes = [one for one in trial.result["changes"] if one["staff_id"] in seen]
    for one in changes:
        one["shown"] = shows_amount(me(), one["rule"])
    touched = [
        one for one in people if one["changed"] or any(c["staff_id"] == one["staff_id"] for c in changes)
    ]
    return {
        "people": people,
        "touched": touched,
        "changes": changes,
        "more": trial.result["more"],
        "before": sum(one["before"] for one in people),
        "after": sum(one["after"] for one in people),
        "money_before": sum(one["money_before"] for one in people),
        "money_after": sum(one["money_after"] for one in people),
        "figure": figure_of(touched, _names()) if touched else None,
    }


def _person(one: dict[str, Any], *, pay: bool) -> dict[str, Any]:
    money = {
        when: one[f"fen_{when}"] + (one[f"pay_fen_{when}"] if pay else 0) for when in ("before", "after")
    }
    days = {when: one[f"half_days_{when}"] / 2 for when in ("before", "after")}
    changed = (one["before"], money["before"], days["before"]) != (
        one["after"],
        money["after"],
        days["after"],
    )
    return {
        **one,
        "money_before": money["before"],
        "money_after": money["after"],
        "days_before": days["before"],
        "days_after": days["after"],
        "changed": changed,
    }


@blueprint.post("/rulebook/proposals/<int:proposal_id>/replay")
@requires(WRITES, *APPROVES)
def replay(proposal_id: int) -> Page:
    """Replay the last months with the proposed numbers, again or over more months."""
    whatif.proposal_of(me(), proposal_id)
    months = request.form.get("months", type=int)
    if months not in whatif_trial.MONTHS:
        raise NotFound
    try:
        _begin(proposal_id, months)
    except Conflict as problem:
        return _proposal(proposal_id, {"": problem.sentence(current_lang())}), problem.status
    return redirect(url_for("rulebook.proposal", proposal_id=proposal_id), 303)


@blueprint.post("/rulebook/proposals/<int:proposal_id>/decide")
@requires(*APPROVES)
def decide(proposal_id: int) -> Page:
    """The second person approves or refuses."""
    agreed, answer = request.form.get("agreed") == "1", request.form.get("answer", "")

    def act() -> None:
        (whatif.approve if agreed else whatif.refuse)(me(), proposal_id, answer, now())

    done = _("已批准，从生效日期起按新数字计算。") if agreed else _("已退回，并写明了原因。")
    return _tried(proposal_id, act, done)


@blueprint.post("/rulebook/proposals/<int:proposal_id>/withdraw")
@requires(WRITES)
def withdraw(proposal_id: int) -> Page:
    """The proposer takes it back."""
    return _tried(proposal_id, lambda: whatif.withdraw(me(), proposal_id, now()), _("已撤回。"))


def _tried(proposal_id: int, act: Callable[[], None], done: str) -> Page:
    whatif.proposal_of(me(), proposal_id)

    def acted() -> dict[str, Any]:
        act()
        return {}

    try:
        once(me().actor, request.form, now(), acted)
    except (Invalid, Conflict) as problem:
        where = problem.field if isinstance(problem, Invalid) else ""
        return _proposal(proposal_id, {where: problem.sentence(current_lang())}), problem.status
    say(done)
    return redirect(url_for("rulebook.proposal", proposal_id=proposal_id), 303)

"""Changing the rulebook's numbers: proposed by one, tried on the past, approved by another (rulebook, Parameters).

A new value holds from a date that is still to come, because what people did under the old number stays judged by it.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.clock import today
from crm.errors import Conflict, Invalid, NotFound
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.penalties.rulebooks import keep_version
from crm.penalties.version import rulebook_version
from crm.penalties.whatif_models import RulebookProposal, RulebookTrial, proposals_visible_to
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import ParameterValue
from crm.rulebook.parameters import BadParameter, Parameters, Value
from crm.rulebook.tables import day_number
from crm.transactions import atomic

SET_ELSEWHERE = frozenset({"records_begin"})
"""Numbers that are no rule but a fact of the company; they stand in the settings."""


def numbers_in_force() -> Parameters:
    """The rulebook with the company's numbers."""
    return parameters_in_force(db.session())


def checked_changes(given: Mapping[str, str], from_on: dt.date, parameters: Parameters) -> list[list[str]]:
    """What was typed, as [name, value] of each number that differs from that date on; Invalid names the field."""
    changes = []
    for name, text in given.items():
        if not text.strip():
            continue
        value = _read(name, text.strip(), from_on, parameters)
        if value != parameters.at(name, day_number(from_on)):
            changes.append([name, str(value)])
    if not changes:
        raise Invalid("请至少填一个与现在不同的新值。", "Give at least one value that differs.", "reason")
    return changes


def _read(name: str, text: str, from_on: dt.date, parameters: Parameters) -> Value:
    if name not in parameters.terms or name in SET_ELSEWHERE:
        raise NotFound
    try:
        changed = parameters.with_values({name: [(from_on, text)]})
    except BadParameter:
        term = parameters.terms[name]
        least = "" if term.least is None else f"，不小于 {term.least}"
        at_least = "" if term.least is None else f" of at least {term.least}"
        kind = ("整数", "a whole number") if term.kind == "integer" else ("数字", "a number")
        raise Invalid(f"请填{kind[0]}{least}。", f"Give {kind[1]}{at_least}.", name) from None
    value = changed.at(name, day_number(from_on))
    assert value is not None
    if isinstance(value, Decimal) and parameters.terms[name].kind == "money" and value * 100 % 1:
        raise Invalid("金额最多两位小数。", "An amount has at most two decimals.", name)
    return value


def propose(
    user: Account,
    given: Mapping[str, str],
    from_on: dt.date,
    reason: str,
    published_on: dt.date | None,
    at: dt.datetime,
) -> RulebookProposal:
    """Note new numbers; nothing changes yet. Invalid for a date that has come, no reason, or no difference."""
    if from_on <= at.date():
        raise Invalid("生效日期要在今天之后。", "The first day has to lie after today.", "from_on")
    if not reason.strip():
        raise Invalid("请写明为什么要改。", "Say why it should change.", "reason")
    with atomic() as session:
        changes = checked_changes(given, from_on, parameters_in_force(session))
        row = RulebookProposal(
            reason=reason.strip(),
            from_on=from_on,
            published_on=published_on,
            changes=changes,
            proposed_by=user.actor,
            proposed_at=at,
            state="open",
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "rulebook.proposed", str(row.proposal_id), at=at, changed=changes)
    return row


def proposal_of(user: Account, proposal_id: int) -> RulebookProposal:
    """The proposal, if this person may see it; else NotFound."""
    query = proposals_visible_to(user).where(RulebookProposal.proposal_id == proposal_id)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return row


def tried_as(parameters: Parameters, changes: list[list[str]], since: dt.date) -> Parameters:
    """The numbers in force with the proposed ones laid over them from `since` on, whatever their own date."""
    return parameters.with_values({name: [(since, value)] for name, value in changes}, "proposal")


def last_trial(session: Session, proposal_id: int) -> RulebookTrial | None:
    """The latest replay of a proposal."""
    query = select(RulebookTrial).where(RulebookTrial.proposal_id == proposal_id)
    return session.scalar(query.order_by(RulebookTrial.trial_id.desc()).limit(1))


def approve(user: Account, proposal_id: int, answer: str, at: dt.datetime) -> RulebookProposal:
    """The second person agrees: the numbers hold from their date on. Conflict where that cannot be any more."""
    with atomic() as session:
        row = _open_one(user, proposal_id)
        if row.proposed_by == user.actor:
            raise Conflict("要由提出人以外的第二人批准。", "Somebody else than the proposer has to approve.")
        if row.from_on <= at.date():
            raise Conflict(
                "生效日期已经到了，请重新提出。", "Its first day has come. Propose it anew with a later one."
            )
        _refuse_untried(session, row)
        for name, value in row.changes:
            _set(session, name, row.from_on, value, user.actor, at)
        session.flush()
        row.rulebook = keep_version(session, parameters_in_force(session), at)
        _decide(row, user, "approved", answer, at)
        audit.record(user.actor, "rulebook.approved", str(proposal_id), at=at, changed=row.changes)
    return row


def _refuse_untried(session: Session, row: RulebookProposal) -> None:
    trial = last_trial(session, row.proposal_id)
    if trial is None or trial.state != "done":
        raise Conflict(
            "请先用新数字重算最近几个月，看过结果再批准。", "Replay the last months with it first, and look."
        )
    if trial.base != rulebook_version(parameters_in_force(session)):
        raise Conflict(
            "重算之后规则又有变动，请再重算一次。", "The rulebook changed since the replay. Replay it again."
        )


def _set(session: Session, name: str, from_on: dt.date, value: str, actor: str, at: dt.datetime) -> None:
    there = select(ParameterValue).where(ParameterValue.name == name, ParameterValue.from_on == from_on)
    if session.scalar(there) is not None:
        raise Conflict(
            f"{name} 从 {from_on} 起已经有一个新值，请换一个生效日期。",
            f"{name} already has a new value from {from_on}. Choose another day.",
        )
    session.add(ParameterValue(name=name, from_on=from_on, value=value, set_by=actor, set_at=at))


def refuse(user: Account, proposal_id: int, answer: str, at: dt.datetime) -> None:
    """The second person does not agree, and says why."""
    if not answer.strip():
        raise Invalid("不同意时请写明原因。", "Say why it is refused.", "answer")
    with atomic():
        row = _open_one(user, proposal_id)
        if row.proposed_by == user.actor:
            raise Conflict("自己提出的请撤回。", "Withdraw what you proposed yourself.")
        _decide(row, user, "refused", answer, at)
        audit.record(user.actor, "rulebook.refused", str(proposal_id), at=at, reason=answer.strip())


def withdraw(user: Account, proposal_id: int, at: dt.datetime) -> None:
    """The proposer takes it back."""
    with atomic():
        row = _open_one(user, proposal_id)
        if row.proposed_by != user.actor:
            raise NotFound
        _decide(row, user, "withdrawn", "", at)
        audit.record(user.actor, "rulebook.withdrawn", str(proposal_id), at=at)


def _open_one(user: Account, proposal_id: int) -> RulebookProposal:
    row = proposal_of(user, proposal_id)
    if row.state != "open":
        raise Conflict("这个提案已经处理过了。", "This proposal was decided already.")
    return row


def _decide(row: RulebookProposal, user: Account, state: str, answer: str, at: dt.datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, user.actor, at
    row.answer = answer.strip() or None


def waiting_for(user: Account) -> int:
    """How many open proposals somebody else made, for who may approve."""
    query = proposals_visible_to(user).where(
        RulebookProposal.state == "open",
        RulebookProposal.proposed_by != user.actor,
        RulebookProposal.from_on > today(),
    )
    return len(db.session.scalars(query).all())

"""The stages of a deal and what may follow what: only forward, and nothing after a cancellation."""

import datetime as dt
from dataclasses import dataclass

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid

HOLDING, SUBSCRIPTION, CONTRACT, CANCELLED = (
    "holding_deposit_on",
    "subscription_on",
    "contract_on",
    "cancelled_on",
)
FORWARD = (HOLDING, SUBSCRIPTION, CONTRACT)
STAGES = (*FORWARD, CANCELLED)
WORDS = {
    HOLDING: ("小订", "the holding deposit"),
    SUBSCRIPTION: ("大定", "the subscription"),
    CONTRACT: ("签约", "the contract"),
    CANCELLED: ("取消", "the cancellation"),
}


@dataclass(frozen=True)
class Step:
    """A stage that was reached, on that date."""

    stage: str
    on: dt.date


def steps_of(deal: Deal) -> list[Step]:
    """What was reached, in time order; of one date in the order of the stages."""
    found = [Step(stage, getattr(deal, stage)) for stage in STAGES if getattr(deal, stage) is not None]
    return sorted(found, key=lambda step: (step.on, STAGES.index(step.stage)))


def reached(deal: Deal) -> str | None:
    """The furthest stage; a cancellation is the end of it, None where there is no date at all."""
    return next((stage for stage in reversed(STAGES) if getattr(deal, stage) is not None), None)


def next_stages(deal: Deal) -> tuple[str, ...]:
    """What can come next: the stages after the furthest one, and the cancellation; nothing after that."""
    present = reached(deal)
    return () if present == CANCELLED else STAGES[0 if present is None else STAGES.index(present) + 1 :]


def check_step(deal: Deal, stage: str, on: dt.date, today: dt.date) -> None:
    """`Conflict` for a stage that cannot follow, `Invalid` for a date that cannot be."""
    if stage not in next_stages(deal):
        present = reached(deal) or ""
        zh, en = WORDS[present] if present else ("", "")
        raise Conflict(
            f"这笔成交已经{zh}，不能再登记{WORDS[stage][0]}。",
            f"This deal is past {en}; {WORDS[stage][1]} can no longer be entered.",
        )
    check_dates({**dates_of(deal), stage: on}, stage, today)


def dates_of(deal: Deal) -> dict[str, dt.date]:
    """The dates by stage, without those that are empty."""
    return {step.stage: step.on for step in steps_of(deal)}


def check_dates(dates: dict[str, dt.date], changed: str, today: dt.date) -> None:
    """The date of `changed` is not in the future, not before an earlier stage, not after a later one."""
    on = dates[changed]
    if on > today:
        raise Invalid("日期不能晚于今天。", "The date lies in the future.", "on")
    place = STAGES.index(changed)
    for stage, other in dates.items():
        before = STAGES.index(stage) < place
        if stage != changed and ((before and on < other) or (not before and on > other)):
            zh, en = WORDS[stage]
            raise Invalid(
                f"{WORDS[changed][0]}日期不能{'早' if before else '晚'}于{zh}（{other:%Y-%m-%d}）。",
                f"The date of {WORDS[changed][1]} cannot be {'before' if before else 'after'} that of {en} ({other}).",
                "on",
            )

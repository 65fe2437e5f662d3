"""Plans of commission and minimum wages: dated, only ever followed by later ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.errors import Invalid, NotFound, Refused
from crm.extensions import db
from crm.pay.models import CommissionPlan, CommissionTier, FixedMonth, MinimumWage
from crm.penalties.months import first_day, following, last_closed
from crm.people import audit
from crm.people.accounts import Account
from crm.people.company import projects
from crm.people.settings import change_settings, setting
from crm.permissions import Permission
from crm.rulebook.law import VIEWS
from crm.transactions import atomic

BASES, PAYS, MODES, PAID_ON = (
    ("units", "amount"),
    ("points", "yuan"),
    ("whole", "marginal"),
    ("contract", "received"),
)
MOST_TIERS = 10
HIGHEST_POINTS = Decimal(10_000)
FLAGS = tuple(sorted({view.flag for view in VIEWS.values() if view.flag}))
LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """A plan as it is typed; `tiers` are (from units or yuan on, rate)."""

    project: str
    from_on: dt.date
    basis: str
    pays: str
    mode: str
    paid_on: str
    tiers: Sequence[tuple[Decimal, Decimal]]
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A plan with its tiers; `standing` is in_force, coming or past."""

    plan: CommissionPlan
    tiers: Sequence[CommissionTier]
    standing: str


def earliest(session: Session) -> dt.date:
    """The first month that a new plan may begin with: no month that is fixed, on either side."""
    fixed = session.scalar(select(func.max(FixedMonth.month))) or ""
    last = max(fixed, last_closed(session))
    return first_day(following(last)) if last else dt.date(2000, 1, 1)


def make_plan(user: Account, wanted: Wanted, at: dt.datetime) -> CommissionPlan:
    """Add a plan. Invalid where it would begin in a fixed month, or its tiers go back."""
    if not user.may(Permission.ALL_PAY_WRITE):
        raise Refused
    with atomic() as session:
        _check(session, wanted)
        plan = CommissionPlan(
            project=wanted.project,
            from_on=wanted.from_on,
            basis=wanted.basis,
            pays=wanted.pays,
            mode=wanted.mode,
            paid_on=wanted.paid_on,
            note=wanted.note.strip(),
            made_by=user.actor,
            made_at=at,
        )
        session.add(plan)
        session.flush()
        for place, (start, rate) in enumerate(wanted.tiers):
            session.add(CommissionTier(plan_id=plan.plan_id, place=place, start=start, rate=rate))
        session.flush()
        audit.record(user.actor, "commission.planned", str(plan.plan_id), at=at, project=wanted.project)
    return plan


def _check(session: Session, wanted: Wanted) -> None:
    if wanted.project not in projects():
        raise Invalid("请选择项目。", "Choose the project.", "project")
    named = (wanted.basis in BASES, wanted.pays in PAYS, wanted.mode in MODES, wanted.paid_on in PAID_ON)
    if not all(named):
        raise Invalid("请选择计提方式。", "Choose how it is reckoned.", "basis")
    if wanted.from_on.day != 1:
        raise Invalid("提成方案从每月 1 日起生效。", "A plan begins on the first of a month.", "from_on")
    if wanted.from_on < (first := earliest(session)):
        raise Invalid(
            f"已结账的月份不能改：最早从 {first} 起。",
            f"Closed months stay as they are: from {first} on at the earliest.",
            "from_on",
        )
    _check_tiers(wanted)


def _check_tiers(wanted: Wanted) -> None:
    if not wanted.tiers:
        raise Invalid("请至少填写一档。", "Enter one tier at least.", "start_0")
    for place, (start, rate) in enumerate(wanted.tiers):
        if start < 0 or (place and start <= wanted.tiers[place - 1][0]):
            raise Invalid(
                "各档起点必须从小到大。", "Each tier begins higher than the one before.", f"start_{place}"
            )
        if rate < 0 or (wanted.pays == "points" and rate > HIGHEST_POINTS):
            raise Invalid("提成比例应在 0 到 100% 之间。", "A rate lies between 0 and 100%.", f"rate_{place}")


def plans_shown(today: dt.date) -> dict[str, list[Shown]]:
    """Every plan by project, the latest first, each with whether it holds today."""
    tiers: dict[int, list[CommissionTier]] = {}
    for tier in db.session.scalars(select(CommissionTier).order_by(CommissionTier.place)):
        tiers.setdefault(tier.plan_id, []).append(tier)
    found: dict[str, list[Shown]] = {project: [] for project in projects()}
    held: set[str] = set()
    replaced: set[tuple[str, dt.date]] = set()
    query = select(CommissionPlan).order_by(CommissionPlan.from_on.desc(), CommissionPlan.plan_id.desc())
    for plan in db.session.scalars(query):
        if (plan.project, plan.from_on) in replaced:
            standing = "past"
        elif plan.from_on > today:
            standing = "coming"
        else:
            standing = "past" if plan.project in held else "in_force"
            held.add(plan.project)
        replaced.add((plan.project, plan.from_on))
        found.setdefault(plan.project, []).append(Shown(plan, tiers.get(plan.plan_id, []), standing))
    return found


def plan_of(plan_id: int) -> Shown:
    """One plan with its tiers; NotFound where there is none."""
    plan = db.session.get(CommissionPlan, plan_id)
    if plan is None:
        raise NotFound
    query = select(CommissionTier).where(CommissionTier.plan_id == plan_id).order_by(CommissionTier.place)
    return Shown(plan, db.session.scalars(query).all(), "")


def enter_wage(
    user: Account, city: str, from_on: dt.date, amount: Decimal, source: str, at: dt.datetime
) -> MinimumWage:
    """Write down a city's minimum wage from a date on; a wrong one is followed by another for the same date."""
    if not user.may(Permission.ALL_PAY_WRITE):
        raise Refused
    with atomic() as session:
        if not city.strip() or len(city.strip()) > LONGEST:
            raise Invalid("请填写城市。", "Enter the city.", "city")
        if amount <= 0:
            raise Invalid("请填写每月金额。", "Enter the monthly amount.", "amount")
        if not source.strip():
            raise Invalid("请写明出处（文号或网址）。", "Say where it was published.", "source")
        row = MinimumWage(
            city=city.strip(),
            from_on=from_on,
            amount=amount,
            source=source.strip(),
            entered_by=user.actor,
            entered_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "minimum_wage.entered", city.strip(), at=at, amount=str(amount))
    return row


def wages() -> Sequence[MinimumWage]:
    """Every entered wage by city, the latest first."""
    query = select(MinimumWage)
    order = (MinimumWage.city, MinimumWage.from_on.desc(), MinimumWage.wage_id.desc())
    return db.session.scalars(query.order_by(*order)).all()


def cities() -> dict[str, str]:
    """The city of each project, empty where nobody entered it."""
    stored = setting("project_cities")
    return {project: stored.get(project, "") for project in projects()}


def change_terms(user: Account, given: dict[str, str], flags: Sequence[str], at: dt.datetime) -> None:
    """Set the city of each project, and which flags let a deduction wait for a decision."""
    if not user.may(Permission.ALL_PAY_WRITE):
        raise Refused
    with atomic():
        known = {project: city.strip()[:LONGEST] for project, city in given.items() if project in projects()}
        if unknown := set(flags) - set(FLAGS):
            raise Invalid(f"没有 {sorted(unknown)[0]} 这种标记。", "There is no such flag.", "held_flags")
        values = {"project_cities": {k: v for k, v in known.items() if v}, "held_flags": sorted(set(flags))}
        changed = change_settings(values)
        if changed:
            audit.record(user.actor, "settings.changed", at=at, changed=sorted(changed))

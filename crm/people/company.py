"""The company's settings as one form, and the parameter that belongs to it."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union

from crm.clock import today
from crm.errors import Invalid
from crm.extensions import db
from crm.people import audit
from crm.people.models import ParameterValue, Staff, Term
from crm.people.settings import all_settings, change_settings, setting
from crm.transactions import atomic

if TYPE_CHECKING:
    from crm.people.admin_forms import SettingsForm

BEGIN = "records_begin"
NUMBERS = (
    "lookups_an_hour",
    "holding_days",
    "holding_warning_days",
    "contract_days",
    "mortgage_days",
    "handover_days",
    "title_days",
    "pool_lapsed_days",
    "pool_warning_days",
    "pool_claims_a_day",
    "pool_holding_limit",
    "pool_cooling_days",
)


@dataclass(frozen=True)
class Wanted:
    """What the settings should be."""

    company: str
    projects: list[str]
    records_begin: dt.date | None
    totp_roles: list[str]
    pool_of_leavers: bool
    numbers: dict[str, int]

    @classmethod
    def of(cls, form: "SettingsForm") -> "Wanted":
        """The form's content, one project a line."""
        lines = (line.strip() for line in (form.projects.data or "").splitlines())
        return cls(
            company=(form.company.data or "").strip(),
            projects=list(dict.fromkeys(line for line in lines if line)),
            records_begin=form.records_begin.data,
            totp_roles=sorted(form.totp_roles.data or []),
            pool_of_leavers=bool(form.pool_of_leavers.data),
            numbers={name: int(form[name].data) for name in NUMBERS},
        )


def present() -> dict[str, Any]:
    """The settings as the form shows them."""
    stored = all_settings()
    return {
        "company": stored["company"],
        "projects": "\n".join(projects()),
        "records_begin": records_begin(),
        "totp_roles": stored["totp_roles"],
        "pool_of_leavers": stored["pool_of_leavers"],
        **{name: stored[name] for name in NUMBERS},
    }


def projects() -> list[str]:
    """The projects to choose from: those of the settings, and those that staff have already."""
    return list(dict.fromkeys([*setting("projects"), *sorted(_used(today()))]))


def _used(on: dt.date) -> set[str]:
    """The projects that staff are in, or will be in after that date."""
    planned = select(Term.project).where(Term.project.is_not(None), Term.from_on > on)
    return set(db.session.scalars(union(select(Staff.project), planned)))


def records_begin() -> dt.date | None:
    """Since when records are kept; None: since everyone was hired."""
    row = _begin_row()
    return dt.date.fromisoformat(row.value) if row else None


def _begin_row() -> ParameterValue | None:
    return db.session.scalar(select(ParameterValue).where(ParameterValue.name == BEGIN))


def change(wanted: Wanted, at: dt.datetime, actor: str) -> None:
    """Store what differs; `Invalid` where a project with staff would go."""
    with atomic():
        if missing := sorted(_used(at.date()) - set(wanted.projects)):
            raise Invalid(
                f"项目“{missing[0]}”还有员工，不能去掉。",
                f"The project {missing[0]} has staff and cannot go.",
                "projects",
            )
        changed = change_settings(
            {
                "company": wanted.company,
                "projects": wanted.projects,
                "totp_roles": wanted.totp_roles,
                "pool_of_leavers": wanted.pool_of_leavers,
                **wanted.numbers,
            }
        )
        if _set_begin(wanted.records_begin, at, actor):
            changed[BEGIN] = wanted.records_begin and wanted.records_begin.isoformat()
        if changed:
            audit.record(actor, "settings.changed", at=at, changed=sorted(changed))


def _set_begin(begin: dt.date | None, at: dt.datetime, actor: str) -> bool:
    """Store since when records are kept; tells whether that is new."""
    row = _begin_row()
    if (row.value if row else None) == (begin.isoformat() if begin else None):
        return False
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if begin is not None:
        value = begin.isoformat()
        db.session.add(ParameterValue(name=BEGIN, from_on=None, value=value, set_by=actor, set_at=at))
    return True

"""The company's settings, declared with what they mean without a row; an unknown name is an error."""

from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.extensions import db
from crm.people.models import Setting
from crm.transactions import atomic

DEFAULTS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "company": "",  # shown on pages and papers
        "projects": [],  # the sales projects, stores and workshops that staff can belong to
        "totp_roles": [],  # roles that must use a second factor
        "lookups_an_hour": 30,  # how many numbers one person may compare with the whole company
        "reveals_an_hour": 60,  # how many times one person may have a whole phone number shown
        "holding_days": 7,  # how long a holding deposit keeps its units
        "holding_warning_days": 2,  # how long before that the consultant is warned
        "contract_days": 7,  # from the subscription to the contract
        "mortgage_days": 30,  # from the contract to the mortgage
        "handover_days": 180,  # from the contract to the handover, unless the deal has a day of its own
        "title_days": 90,  # from the handover to the title certificate
        "pool_lapsed_days": 60,  # dates without an effective contact until a customer falls into the pool; 0: never
        "pool_of_leavers": True,  # whether the customers of people who left fall into the pool
        "pool_warning_days": 5,  # how long before it is said
        "pool_claims_a_day": 3,  # how many a consultant may claim on one date
        "pool_holding_limit": 200,  # who has that many customers claims no more
        "pool_cooling_days": 15,  # how long the former owner may not claim a customer who fell
        "held_flags": [
            "red"
        ],  # deductions whose flag is one of these wait for a person's decision before they are paid
        "project_cities": {},  # the city of each project, whose minimum wage holds there
        "demo": False,  # whether this is the demonstration company
    }
)


_STORED = select(Setting.__table__.c.name, Setting.__table__.c.value)
_KEPT = "crm_settings"


def setting(name: str) -> Any:
    """The value of a setting; all are read together, once a transaction."""
    default = DEFAULTS[name]
    return _stored().get(name, default)


def all_settings() -> dict[str, Any]:
    """Every setting by name."""
    stored = _stored()
    return {name: stored.get(name, default) for name, default in DEFAULTS.items()}


def _stored() -> dict[str, Any]:
    """The stored settings as this transaction sees them: another one may see others, so it reads anew."""
    session = db.session()
    kept = session.info.get(_KEPT)
    if kept is None or kept[0] is None or kept[:2] != _moment(session):
        stored = {row.name: row.value for row in session.connection().execute(_STORED)}
        kept = session.info[_KEPT] = (*_moment(session), stored)
    found: dict[str, Any] = kept[2]
    return found


def _moment(session: Session) -> tuple[object, object]:
    """The transaction, and the act within it that can still be undone alone."""
    return session.get_transaction(), session.get_nested_transaction()


def change_settings(values: dict[str, Any]) -> dict[str, Any]:
    """Store the settings that differ; gives those back. KeyError for an unknown name."""
    changed = {}
    with atomic() as session:
        present = all_settings()
        for name, value in values.items():
            if present[name] != value:
                session.merge(Setting(name=name, value=value))
                changed[name] = value
        session.flush()
        session.info.pop(_KEPT, None)
    return changed

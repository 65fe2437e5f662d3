"""The numbers of the rulebook's last section, each with the dates that they are in force from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

BUILT_IN: dict[str, Any] = {
    "records_begin": None,
    "record_within_days": 0,
    "followup_record_within_days": 1,
    "followup_every_days": 3,
    "followup_fine": Decimal(50),
    "callin_fine": Decimal(50),
    "deposits_a_day": 2,
    "day_reward": Decimal(10),
    "streak_days": 3,
    "streak_reward": Decimal(15),
    "groups_days": 3,
    "groups": 6,
    "groups_fine": Decimal(30),
    "holding_days": 6,
    "holding_fine": Decimal(50),
    "subscription_days": 10,
    "subscription_fine": Decimal(40),
    "false_report_days": Decimal(1),
    "untracked_report_days": Decimal("0.5"),
    "paid_days_a_month": Decimal("21.75"),
    "commission_points_cut": None,
    "confirm_units": 12,
    "confirm_after_months": 3,
    "notice_days": 30,
    "protection_days": 15,
    "objection_days": 5,
}


class Values:
    """The built-in values, with those that were overridden: a value, or a list of (from, value)."""

    def __init__(self, overrides: Mapping[str, Any] | None = None) -> None:
        self.overrides = dict(overrides or {})
        unknown = set(self.overrides) - set(BUILT_IN)
        if unknown:
            raise KeyError(f"no such parameter: {sorted(unknown)}")

    @property
    def records_begin(self) -> date | None:
        begin: date | None = self.overrides.get("records_begin", BUILT_IN["records_begin"])
        return begin

    def at(self, name: str, day: date) -> Any:
        """The value in force on the date: the latest that began by then."""
        given = self.overrides.get(name, BUILT_IN[name])
        if not isinstance(given, list):
            return given
        value = BUILT_IN[name]
        for begins, new in sorted(given):
            if begins <= day:
                value = new
        return value

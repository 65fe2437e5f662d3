"""The tables of people that the core is given."""

from crm.people.models import CalendarDay, RosterDay, Staff

ROWS = {"staff": Staff, "calendar": CalendarDay, "roster": RosterDay}

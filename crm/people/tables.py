"""The tables of people that the core is given."""

from crm.people.models import CalendarDay, RosterDay, Staff, Term

ROWS = {"staff": Staff, "terms": Term, "calendar": CalendarDay, "roster": RosterDay}

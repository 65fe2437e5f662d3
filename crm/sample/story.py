"""Plays the plan through, customer by customer: calls, visits, follow-ups, and how it ended."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from crm.sample import words
from crm.sample.people import LEAVER, Consultant, Row, Span
from crm.sample.plan import Lead

_EVERY = 3
"""Dates within which a consultant of the sample means to be in touch again."""
_FORGETS = 0.022
_UNREACHED = 0.07


@dataclass
class Told:
    """What became of one lead, as rows that do not have their ids yet."""

    lead: Lead
    owner: Consultant
    first_at: datetime
    contacts: list[Row] = field(default_factory=list)
    transfers: list[Row] = field(default_factory=list)
    waivers: list[Row] = field(default_factory=list)
    opted_out_on: date | None = None


class Story:
    """Tells the leads of one team, all from one seed."""

    def __init__(self, span: Span, team: list[Consultant], random: Random) -> None:
        self.span, self.random = span, random
        self.team = {person.staff_id: person for person in team}

    def tell(self, lead: Lead) -> Told:
        """One lead from the first contact to its end, or to the end of the records."""
        owner = self.team[lead.owner]
        first_at = self._at(lead.came_on, 9, 17)
        told = Told(lead, owner, first_at)
        kind = "call_in" if lead.called_first else "visit"
        self._contact(told, owner, kind, first_at)
        clock = self._until_visit(told) if lead.called_first else lead.came_on
        self._pursue(told, owner, clock)
        return told

    def _until_visit(self, told: Told) -> date:
        """One who called comes within a few days; until then somebody calls every workday."""
        visit_on = self._workday_in(told.owner, told.lead.came_on, 3) or told.lead.came_on
        for on in self._between(told.lead.came_on, visit_on):
            if told.owner.works_on(on) and self.random.random() > 0.05:
                self._follow_up(told, told.owner, on)
        if visit_on > told.lead.came_on:
            self._contact(told, told.owner, "visit", self._at(visit_on, 9, 17))
        return visit_on

    def _pursue(self, told: Told, owner: Consultant, clock: date) -> None:
        """Follow up again and again until contract, loss of patience, leaving, or the end of the records."""
        deal = told.lead.deal
        paid = sorted(deal.dates()) if deal else []
        gives_up = told.lead.came_on + timedelta(days=told.lead.patience)
        while True:
            due = self._due(owner, clock)
            if due is None or due > self.span.last:
                self._leave_behind(told, owner, clock)
                return
            coming = [on for on in paid if clock < on <= due]
            if coming:
                clock = coming[0]
                self._visit_to_pay(told, owner, clock)
                if deal and clock == deal.contract:
                    return
                continue
            if due > gives_up and not [on for on in paid if on > clock]:
                self._end(told, owner, clock, due)
                return
            clock = self._in_touch(told, owner, clock, due)

    def _in_touch(self, told: Told, owner: Consultant, clock: date, due: date) -> date:
        """The next contact, on the due date or before it; now and then nobody remembers in time."""
        if self.random.random() < _FORGETS:
            return due
        days = [on for on in self._between(clock, due + timedelta(days=1)) if owner.works_on(on)]
        on = self.random.choices(days, range(1, len(days) + 1))[0]
        if self.random.random() < 0.1:
            self._contact(told, owner, "visit", self._at(on, 10, 17))
        else:
            self._follow_up(told, owner, on)
        return on

    def _end(self, told: Told, owner: Consultant, clock: date, due: date) -> None:
        """Consultant and customer let go: in time, so that it costs nobody anything."""
        on = self.random.choice(self._between(clock, due + timedelta(days=1)))
        fate = told.lead.fate
        if fate == "opted_out":
            told.opted_out_on = on
        elif fate == "waiver":
            signed: Row = {"signed_by": owner.manager, "signed_on": on}
            told.waivers.append({"from_on": on, "reason": "no_further_tracking"} | signed)
            if owner.left_on:
                told.transfers.append({"on": owner.left_on + timedelta(days=1), "to": None})
        elif fate == "handover" and (heir := self._heir(owner, on)):
            self._hand_over(told, heir, on)
        else:
            told.transfers.append({"on": on, "to": None})

    def _leave_behind(self, told: Told, owner: Consultant, clock: date) -> None:
        """Customers of one who leaves go to the colleagues the day after, or to the public pool."""
        if owner.left_on is None:
            return
        on = owner.left_on + timedelta(days=1)
        heir = self._heir(owner, on) if self.random.random() < 0.8 else None
        if heir is None:
            told.transfers.append({"on": on, "to": None})
        else:
            self._hand_over(told, heir, on)

    def _hand_over(self, told: Told, heir: Consultant, on: date) -> None:
        told.transfers.append({"on": on, "to": heir.staff_id})
        told.lead.fate = "pool"
        told.lead.patience = (on - told.lead.came_on).days + self.random.randint(5, 15)
        self._pursue(told, heir, on)

    def _heir(self, owner: Consultant, on: date) -> Consultant | None:
        others = [
            person
            for person in self.team.values()
            if person.project == owner.project and person is not owner and person.staff_id != LEAVER
        ]
        return self.random.choice(others) if on <= self.span.last else None

    def _due(self, owner: Consultant, clock: date) -> date | None:
        later = [on for on in owner.works if on >= clock + timedelta(days=_EVERY)]
        return min(later) if later else None

    def _workday_in(self, owner: Consultant, after: date, dates: int) -> date | None:
        days = [on for on in self._between(after, after + timedelta(days=dates + 1)) if owner.works_on(on)]
        return self.random.choice(days) if days else None

    def _between(self, after: date, before: date) -> list[date]:
        """The dates between the two, neither included, as far as the records go."""
        count = (min(before, self.span.last + timedelta(days=1)) - after).days
        return [after + timedelta(days=n) for n in range(1, count)]

    def _at(self, on: date, earliest: int, latest: int) -> datetime:
        return datetime.combine(on, time(self.random.randint(earliest, latest), self.random.randint(0, 59)))

    def _follow_up(self, told: Told, staff: Consultant, on: date) -> None:
        reached = self.random.random() > _UNREACHED
        said = words.FOLLOWED if reached else words.UNREACHED
        medium = self.random.choices(("phone", "wechat", "sms"), (55, 40, 5))[0]
        row: Row = {"effective": reached, "medium": medium, "note": self.random.choice(said)}
        if self.random.random() < 0.25:
            row |= {"next_step": self.random.choice(words.NEXT_STEPS), "next_on": on + timedelta(days=2)}
        self._write(told, staff, "follow_up", self._at(on, 10, 19), row)

    def _contact(self, told: Told, staff: Consultant, kind: str, at: datetime) -> None:
        came_before = any(row["kind"] == "visit" for row in told.contacts)
        said = words.CAME_AGAIN if came_before else words.CAME
        note = self.random.choice(words.CALLED if kind == "call_in" else said)
        medium = "phone" if kind == "call_in" else "in_person"
        self._write(told, staff, kind, at, {"medium": medium, "note": note, "effective": True})

    def _visit_to_pay(self, told: Told, staff: Consultant, on: date) -> None:
        """A deposit or contract is a record of its own; most of these visits are written down too."""
        if staff.works_on(on) and self.random.random() < 0.8:
            self._contact(told, staff, "visit", self._at(on, 10, 17))

    def _write(self, told: Told, staff: Consultant, kind: str, at: datetime, row: Row) -> None:
        """Written down within two hours, as the house wants it."""
        recorded = at + timedelta(minutes=self.random.randint(2, 110))
        told.contacts.append(
            {"staff_id": staff.staff_id, "kind": kind, "happened_at": at, "recorded_at": recorded} | row
        )

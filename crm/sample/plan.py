"""Who comes to the sample's sales offices and when, and which of them buy: the plan that the story tells."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crm.sample.people import BUSY, LEAVER, NEWCOMER, SECOND_STAR, STAR, WEAK, Consultant, Span

_SHOW_HOLDING, _SHOW_PARTIES = (3, 4, 5), {2: 3, 3: 2, 4: 2}


@dataclass
class Deal:
    """The dates of a purchase, and what is bought."""

    holding: date
    subscription: date | None = None
    contract: date | None = None
    cancelled: date | None = None
    units: int = 1
    direct: bool = False
    """Straight to a subscription, without a holding deposit."""

    def dates(self) -> set[date]:
        """The dates on which the customer was in the office to pay or sign."""
        return {on for on in (self.holding, self.subscription, self.contract) if on}


@dataclass
class Lead:
    """One customer to be: whose, since when, how it began and, if so, what was bought."""

    owner: str
    came_on: date
    called_first: bool
    patience: int
    """Dates after which the consultant and the customer let go of each other."""
    deal: Deal | None = None
    fate: str = "pool"


def plan(span: Span, team: list[Consultant], random: Random) -> list[Lead]:
    """All leads of the team, in no particular order."""
    leads = []
    for person in team:
        own = _arrivals(span, person, random)
        for holding in _holding_dates(span, person, random):
            _sell(own, holding, span, person, random)
        leads += own
    return leads


def _arrivals(span: Span, person: Consultant, random: Random) -> list[Lead]:
    """More people come on weekends and holidays; nobody new for one who is about to leave."""
    last = span.day(9) if person.staff_id == LEAVER else span.last
    days = [on for on in span.days() if person.works_on(on) and on <= last]
    weights = [2.2 if on.weekday() >= 5 else 1.0 for on in days]
    came = random.choices(days, weights, k=span.arrivals_each * len(days) // 76)
    if person.staff_id == WEAK:
        came = came[: len(came) * 4 // 5]
    return [_lead(person, on, random) for on in came] + _extra_arrivals(span, person, random)


def _extra_arrivals(span: Span, person: Consultant, random: Random) -> list[Lead]:
    """The crowds that the month to show needs: three good days, and three busy ones for nothing."""
    extra: list[Lead] = []
    if person.staff_id == STAR:
        soon = [on for on in span.days() if person.works_on(on) and 3 <= (span.day(3) - on).days <= 9]
        extra = [_lead(person, random.choice(soon), random) for _ in range(5)]
    if person.staff_id == BUSY:
        for number, parties in _SHOW_PARTIES.items():
            extra += [_lead(person, span.day(number), random) for _ in range(parties)]
            for lead in extra:
                lead.called_first = False
    return extra


def _lead(person: Consultant, on: date, random: Random) -> Lead:
    fate = random.choices(("pool", "waiver", "opted_out", "handover"), (55, 27, 10, 8))[0]
    patience = max(3, round(random.triangular(5, 50, 19)))
    return Lead(person.staff_id, on, random.random() < 0.28, patience, fate=fate)


def _holding_dates(span: Span, person: Consultant, random: Random) -> list[date]:
    """Workdays on which a customer of this person pays a deposit, at about the person's pace."""
    last = span.day(20) if person.staff_id == LEAVER else span.last
    dates, on = [], span.first + timedelta(days=random.randint(4, 8))
    while on <= last:
        if person.works_on(on) and not _kept_free(span, person, on):
            dates.append(on)
            on += timedelta(days=max(3, person.pace + random.randint(-2, 3)))
        else:
            on += timedelta(days=1)
    if person.staff_id == STAR:
        dates = [day for day in dates if day not in {span.day(n) for n in _SHOW_HOLDING}]
        dates += [span.day(n) for n in _SHOW_HOLDING for _ in range(2)]
    if person.staff_id == SECOND_STAR:
        two = next(span.day(n) for n in range(17, 28) if person.works_on(span.day(n)))
        dates = [*(day for day in dates if day != two), two, two]
    return sorted(dates)


def _kept_free(span: Span, person: Consultant, on: date) -> bool:
    """The busy days bring no deposit; the weak one's month brings none after the first week."""
    if person.staff_id == BUSY:
        return span.day(1) <= on <= span.day(5)
    return person.staff_id == WEAK and on > span.day(6)


def _sell(own: list[Lead], holding: date, span: Span, person: Consultant, random: Random) -> None:
    """Give the deal of that date to one who came one to four weeks before, if there is such a one."""
    free = [lead for lead in own if lead.deal is None and 3 <= (holding - lead.came_on).days <= 24]
    if not free:
        return
    lead = random.choice(free)
    lead.deal = _deal(holding, person, span, random)
    lead.patience = max(lead.patience, (holding - lead.came_on).days + 2)


def _deal(holding: date, person: Consultant, span: Span, random: Random) -> Deal:
    """From the deposit to the contract, as far as it gets before the records end."""
    deal = Deal(holding, units=_units(person, random), direct=random.random() < 0.12)
    end = person.left_on or span.last
    if random.random() < 0.22 and not deal.direct and person.staff_id != NEWCOMER:
        cancelled = holding + timedelta(days=random.randint(2, 7))
        deal.cancelled = cancelled if cancelled <= end else None
        return deal
    subscribed = (
        holding if deal.direct else next_workday(person, holding + timedelta(days=random.randint(1, 5)))
    )
    if subscribed and subscribed <= end:
        deal.subscription = subscribed
        signed = next_workday(person, subscribed + timedelta(days=random.randint(4, 10)))
        deal.contract = signed if signed and signed <= end else None
    return deal


def _units(person: Consultant, random: Random) -> int:
    chance = 0.4 if person.staff_id == NEWCOMER else 0.08
    return 2 if random.random() < chance else 1


def next_workday(person: Consultant, on: date) -> date | None:
    """The first workday of that person on or after the date; None after the last one."""
    later = [day for day in person.works if day >= on]
    return min(later) if later else None

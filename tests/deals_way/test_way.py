"""Prices below the list, the steps after the subscription, and the kanban."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.deals import aftersales, approvals, reminders
from crm.deals.aftersales import LISTS, Saved
from crm.deals.models import Deal
from crm.deals.services import Content, advance, change_content
from crm.errors import Conflict, Invalid, Refused, Stale
from crm.extensions import db
from tests.deals_way.conftest import AT, TODAY

DAY = dt.timedelta(days=1)
CHEAP = Decimal(990000)


def whole(kind, version, **rest):
    return Saved(LISTS[kind], version, done_on=TODAY, **rest)


def contracted(home, deal):
    return advance(home("A1"), deal.deal_id, "contract_on", TODAY, deal.version, AT)


def test_at_the_list_price_no_approval_is_needed(home, placed):
    deal = placed(stage="subscription_on")
    assert contracted(home, deal).contract_on == TODAY


def test_one_fen_below_the_list_waits_for_the_manager(home, placed):
    deal = placed(stage="subscription_on", amount=Decimal("999999.99"))
    with pytest.raises(Conflict, match="below the list"):
        contracted(home, deal)
    request = approvals.ask(home("A1"), deal.deal_id, deal.amount, "老客户", AT)
    with pytest.raises(Refused):
        approvals.decide(home("A1"), request.approval_id, deal.amount, True, "", AT)
    approvals.decide(home("M1"), request.approval_id, Decimal("999999.99"), True, "可以", AT)
    assert contracted(home, deal).contract_on == TODAY


def test_a_manager_cannot_approve_an_amount_that_has_changed_meanwhile(home, placed):
    deal = placed(stage="subscription_on", amount=CHEAP)
    request = approvals.ask(home("A1"), deal.deal_id, CHEAP, "老客户", AT)
    change_content(home("A1"), deal.deal_id, Content("residential", 1, Decimal(900000), deal.version), AT)
    with pytest.raises(Conflict, match="changed"):
        approvals.decide(home("M1"), request.approval_id, CHEAP, True, "", AT)


def test_an_approval_counts_only_for_its_amount(home, placed):
    deal = placed(stage="subscription_on", amount=CHEAP)
    request = approvals.ask(home("A1"), deal.deal_id, CHEAP, "老客户", AT)
    approvals.decide(home("M1"), request.approval_id, CHEAP, True, "", AT)
    deal = db.session.get_one(Deal, deal.deal_id)
    change_content(home("A1"), deal.deal_id, Content("residential", 1, Decimal(980000), deal.version), AT)
    with pytest.raises(Conflict, match="below the list"):
        contracted(home, db.session.get_one(Deal, deal.deal_id))


def test_each_step_is_due_after_the_one_before(home, placed):
    deal = contracted(home, placed(stage="subscription_on"))
    days = {step.kind: step.due_on for step in aftersales.steps_of_deal(deal)}
    assert days == {
        "contract": TODAY + 7 * DAY,
        "mortgage": TODAY + 30 * DAY,
        "handover": None,
        "title": None,
    }


def test_a_step_is_done_only_with_everything_on_its_list(home, placed):
    deal = contracted(home, placed(stage="subscription_on"))
    with pytest.raises(Invalid, match="1 things are still missing"):
        aftersales.save_step(
            home("A1"), deal.deal_id, "mortgage", Saved(LISTS["mortgage"][:-1], 0, done_on=TODAY), AT
        )
    aftersales.save_step(home("A1"), deal.deal_id, "mortgage", whole("mortgage", 0), AT)
    assert aftersales.next_step(aftersales.steps_of_deal(deal)).kind == "handover"


def test_who_pays_in_cash_needs_no_mortgage_but_a_reason(home, placed):
    deal = contracted(home, placed(stage="subscription_on"))
    with pytest.raises(Invalid):
        aftersales.save_step(
            home("A1"), deal.deal_id, "mortgage", Saved((), 0, done_on=TODAY, not_needed=True), AT
        )
    saved = Saved((), 0, done_on=TODAY, not_needed=True, note="全款")
    assert aftersales.save_step(home("A1"), deal.deal_id, "mortgage", saved, AT).done_on == TODAY


def test_a_step_out_of_turn_or_saved_by_another_first_is_refused(home, placed):
    deal = contracted(home, placed(stage="subscription_on"))
    with pytest.raises(Conflict):
        aftersales.save_step(home("A1"), deal.deal_id, "title", whole("title", 0), AT)
    aftersales.save_step(home("A1"), deal.deal_id, "mortgage", Saved(("income_proof",), 0), AT)
    with pytest.raises(Stale):
        aftersales.save_step(home("A1"), deal.deal_id, "mortgage", Saved((), 0), AT)


@pytest.mark.parametrize(("days", "shown"), [(-1, []), (0, ["contract"]), (30, ["contract"])])
def test_the_contract_stands_in_today_from_a_week_before_its_day(home, placed, days, shown):
    placed(stage="subscription_on")
    kinds = [one.kind for one in reminders.reminders(home("A1"), TODAY + days * DAY)]
    assert kinds == shown


def test_a_deal_moves_from_column_to_column_up_to_its_title(home, placed):
    deal_id = placed().deal_id

    def go(to):
        aftersales.move(home("A1"), deal_id, to, db.session.get_one(Deal, deal_id).version, AT)

    with pytest.raises(Conflict, match="next step only"):
        go("contract")
    go("subscription")
    go("contract")
    for kind in ("mortgage", "handover", "title"):
        with pytest.raises(Invalid, match="missing"):
            go(kind)
        aftersales.save_step(home("A1"), deal_id, kind, Saved(LISTS[kind], 0), AT)
        go(kind)
    deal = db.session.get_one(Deal, deal_id)
    assert aftersales.stage_of(deal, aftersales.steps_of_deal(deal)) == "title"
    with pytest.raises(Conflict):
        go("holding")

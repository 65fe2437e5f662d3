"""Units: who has which, what the board says, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals import units_lapse, units_queries, units_services
from crm.deals.models import Deal
from crm.deals.reminders import reminders
from crm.deals.services import advance
from crm.deals.units_models import DealUnit, Hold, StockUnit
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from tests.access.stock_world import stock_unit
from tests.deals_way.conftest import AT, TODAY
from tests.people_builders import ELSEWHERE, keep

DAY = dt.timedelta(days=1)


def statuses(user, **chosen):
    board = units_queries.stock_board(user, units_queries.Filter(**chosen))
    return {
        cell.unit.unit_id: cell.status
        for building in board.buildings
        for _floor, cells in building.floors
        for cell in cells
    }


def test_a_deposit_takes_the_unit_and_its_list_price(home, placed):
    deal = placed()
    assert (deal.stock_units, deal.units, deal.amount) == ("U1", 1, Decimal(1000000))
    assert statuses(home("A2"))["U1"] == "held"


def test_a_second_deposit_on_the_unit_is_refused_and_leaves_no_deal(home, placed):
    placed()
    with pytest.raises(Conflict, match="gone to another customer"):
        placed("U2", "U1", who="A2", customer_id="C2")
    assert db.session.query(Deal).count() == 1
    assert statuses(home("A2"))["U2"] == "on_sale"


def test_the_unit_follows_the_deal_and_comes_back_when_it_is_cancelled(home, placed):
    deal = placed()
    for stage, status in (
        ("subscription_on", "subscribed"),
        ("contract_on", "contracted"),
        ("cancelled_on", "on_sale"),
    ):
        deal = advance(home("A1"), deal.deal_id, stage, TODAY, deal.version, AT)
        assert statuses(home("A1"))["U1"] == status
    assert placed(who="A2", customer_id="C2").stock_units == "U1"


def test_a_withheld_unit_cannot_be_sold_until_it_is_released(home, placed):
    unit = units_services.set_withheld(home("M1"), "U1", True, 1, AT)
    with pytest.raises(Conflict, match="not for sale"):
        placed()
    units_services.set_withheld(home("M1"), "U1", False, unit.version, AT)
    assert placed().stock_units == "U1"


def test_only_a_manager_withholds_and_not_what_is_sold(home, placed):
    with pytest.raises(Refused):
        units_services.set_withheld(home("A1"), "U1", True, 1, AT)
    placed()
    with pytest.raises(Conflict, match="sold already"):
        units_services.set_withheld(home("M1"), "U1", True, 1, AT)


def test_units_of_another_project_do_not_exist(home, placed):
    keep([stock_unit("X1", ELSEWHERE)])
    with pytest.raises(NotFound):
        placed("X1")
    assert "X1" not in statuses(home("M1"))


def test_without_a_permit_nothing_is_taken_until_a_manager_answers(home, placed):
    with pytest.raises(Conflict, match="no presale permit"):
        placed("U3")
    with pytest.raises(Invalid):
        units_services.answer_for_permit(home("M1"), "2栋", " ", AT)
    with pytest.raises(Refused):
        units_services.answer_for_permit(home("A1"), "2栋", "已在办理中", AT)
    units_services.answer_for_permit(home("M1"), "2栋", "已在办理中", AT)
    assert placed("U3").stock_units == "U3"


def test_the_board_narrows_by_building_and_status(home, placed):
    placed()
    assert set(statuses(home("A1"), building="2栋")) == {"U3"}
    assert set(statuses(home("A1"), status="held")) == {"U1"}


def test_floors_stand_from_the_top_and_cellars_below():
    names = ["B2", "2", "10", "B1", "1", "-3"]
    assert sorted(names, key=units_queries.natural) == ["-3", "B2", "B1", "1", "2", "10"]


@pytest.mark.parametrize(("days", "lapsed"), [(7, 0), (8, 1)])
def test_a_holding_deposit_lapses_the_day_after_its_last(home, placed, days, lapsed):
    deal_id = placed().deal_id
    at = AT + days * DAY
    assert units_lapse.lapse_holds(at, "night", lambda *_: None) == {"lapsed": lapsed}
    assert db.session.get_one(Deal, deal_id).cancelled_on == (at.date() if lapsed else None)
    assert statuses(home("A1"))["U1"] == ("on_sale" if lapsed else "held")


def test_a_subscribed_deal_never_lapses(home, placed):
    deal = placed()
    advance(home("A1"), deal.deal_id, "subscription_on", TODAY, deal.version, AT)
    assert units_lapse.lapse_holds(AT + 99 * DAY, "night", lambda *_: None) == {"lapsed": 0}


@pytest.mark.parametrize(("days", "warned"), [(4, False), (5, True), (7, True)])
def test_the_consultant_is_warned_two_days_before(home, placed, days, warned):
    placed()
    assert [one.kind for one in reminders(home("A1"), TODAY + days * DAY)] == (["lapse"] if warned else [])
    assert reminders(home("A2"), TODAY + days * DAY) == []


def test_a_manager_extends_the_hold(home, placed):
    deal_id = placed().deal_id
    with pytest.raises(Refused):
        units_services.extend_hold(home("A1"), deal_id, TODAY + 9 * DAY, AT)
    with pytest.raises(Invalid):
        units_services.extend_hold(home("M1"), deal_id, TODAY + 61 * DAY, AT)
    units_services.extend_hold(home("M1"), deal_id, TODAY + 60 * DAY, AT)
    assert units_lapse.lapse_holds(AT + 20 * DAY, "night", lambda *_: None) == {"lapsed": 0}
    assert db.session.get_one(Hold, deal_id).lapses_on == TODAY + 60 * DAY


def test_the_database_itself_knows_only_one_live_deal_of_a_unit(home, placed):
    first, second = placed(), placed("U2", who="A2", customer_id="C2")
    with pytest.raises(Exception, match=r"(?i)unique"):
        keep([DealUnit(unit_id="U1", deal_id=second.deal_id, since=AT)])
    db.session.rollback()
    assert db.session.scalars(select(DealUnit.deal_id).where(DealUnit.unit_id == "U1")).all() == [
        first.deal_id
    ]
    assert db.session.query(StockUnit).count() == 3

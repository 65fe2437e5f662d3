"""The pseudonym in place of an erased customer, in words that others answer for."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.daily.models import Report
from crm.deals.disputes_models import Dispute, Ruling
from crm.deals.models import Deal
from crm.extensions import db
from crm.leads import services
from crm.leads.erasing import erase
from crm.leads.models import Customer, Transfer
from crm.leads.pseudonyms import traces_of
from crm.leads.services import Change
from crm.transactions import atomic
from tests.leads.build import AT, ON, account, known, stored
from tests.people_builders import contact, keep

NAME, NUMBER, CARD = "李秘密", "13812345678", "31010119900307425X"
FIRST = dt.date(2026, 11, 2)


@pytest.fixture
def manager(store):
    account("A01")
    account("A02")
    manager = account("M01", "manager")
    known("C1", name=NAME, phone=NUMBER, id_number=CARD)
    return manager


def reported(staff_id, on, remarks):
    keep([Report(staff_id=staff_id, date=on, submitted_at=AT, remarks=remarks)])


def remarks(staff_id="A01", on=ON):
    db.session.rollback()
    return db.session.get_one(Report, (staff_id, on)).remarks


@pytest.mark.parametrize(
    "written",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "8613812345678", "1381234 5678",
        "１３８１２３４５６７８", "31010119900307425x", "310101 19900307 425X", NAME,
    ],
)  # fmt: skip
def test_names_and_numbers_are_found_however_they_are_written(manager, written):
    assert traces_of(db.session(), stored()).out_of(f"找{written}。", True) == "找C1。"


@pytest.mark.parametrize("other", ["13812345679", "913812345678", "138123456781", "1381234", "李先生", "A13"])
def test_other_numbers_and_names_stay(manager, other):
    assert traces_of(db.session(), stored()).out_of(f"找{other}。", True) == f"找{other}。"


def test_a_name_of_one_character_and_a_number_of_few_digits_are_no_trace(manager):
    with atomic() as session:
        row = session.get_one(Customer, "C1")
        row.name, row.phone, row.id_number = "李", "12345", None
    assert traces_of(db.session(), stored()).out_of("李 12345", True) == "李 12345"


def test_what_the_customer_was_called_before_is_replaced_too(manager):
    services.change(manager, "C1", Change(1, "李改名", add_phone="13912345678", drop_phones=(0,)), AT)
    reported("A01", ON, f"{NAME}即李改名，{NUMBER}，13912345678")
    erase(manager, "C1", "来信要求", AT)
    assert remarks() == "C1即C1，C1，C1"


def test_a_number_goes_from_every_report_and_a_name_from_those_who_knew_the_customer(manager):
    for who in ("A01", "A02"):
        reported(who, ON, f"{NAME} {NUMBER}")
    erase(manager, "C1", "来信要求", AT)
    assert (remarks("A01"), remarks("A02")) == ("C1 C1", f"{NAME} C1")


def test_who_was_handed_the_customer_knew_the_customer(manager):
    keep([Transfer(customer_id="C1", on=ON, to="A02")])
    reported("A02", ON, NAME)
    erase(manager, "C1", "来信要求", AT)
    assert remarks("A02") == "C1"


@pytest.mark.parametrize(("day", "left"), [(FIRST - dt.timedelta(days=1), NAME), (FIRST, "C1")])
def test_a_report_from_before_the_first_contact_means_somebody_else(manager, day, left):
    reported("A01", day, NAME)
    erase(manager, "C1", "来信要求", AT)
    assert remarks(on=day) == left


@pytest.mark.parametrize("how", ["owner", "contact"])
def test_with_a_namesake_only_reports_of_days_with_this_customer_are_changed(manager, how):
    known("C2", owner="A01" if how == "owner" else "A02", name=NAME)
    if how == "contact":
        keep([contact("K9", "C2", "A01", happened_at=dt.datetime(2026, 11, 2, 10))])
    reported("A01", FIRST, NAME)
    reported("A01", ON, NAME)
    erase(manager, "C1", "来信要求", AT)
    assert (remarks(on=FIRST), remarks(on=ON)) == ("C1", NAME)


def test_who_wrote_when_and_that_it_was_false_stay(manager):
    keep([Report(staff_id="A01", date=ON, submitted_at=AT, false=True, false_reason=NAME, decided_by="M01")])
    erase(manager, "C1", "来信要求", AT)
    db.session.rollback()
    row = db.session.get_one(Report, ("A01", ON))
    assert (row.submitted_at, row.false, row.false_reason, row.decided_by) == (AT, True, "C1", "M01")


def over(customer_id, dispute_id="X1", **values):
    deal_id = f"D-{dispute_id}"
    keep(
        [
            Deal(deal_id=deal_id, customer_id=customer_id, staff_id="A01", unit_kind="parking", contract_on=ON),
            Dispute(dispute_id=dispute_id, deal_id=deal_id, cause="manager", opened_at=AT, state="ruled", rulings=1),
            Ruling(
                dispute_id=dispute_id, number=1, ruled_by="M01", ruled_at=AT, shares=[["A01", "100"]],
                reason=f"{NAME}（{NUMBER}）由 A01 首访", **values,
            ),
        ]
    )  # fmt: skip


def reason(dispute_id="X1"):
    db.session.rollback()
    return db.session.scalar(select(Ruling.reason).where(Ruling.dispute_id == dispute_id))


def test_a_ruling_about_a_linked_customer_s_deal_names_the_erased_one_no_more(manager):
    known("C2", name="王女士", phone=NUMBER)
    over("C2")
    erase(manager, "C1", "来信要求", AT)
    assert reason() == "C1（C1）由 A01 首访"


def test_a_ruling_whose_kept_evidence_names_the_customer_is_found_without_a_link(manager):
    known("C2", name="王女士")
    over("C2", evidence={"linked": [{"customer_id": "C1", "by": "phone", "with_id": "C2", "shared": ""}]})
    erase(manager, "C1", "来信要求", AT)
    assert reason() == "C1（C1）由 A01 首访"


def test_a_ruling_about_others_loses_the_number_and_keeps_the_namesake(manager):
    known("C2", name="王女士")
    over("C2")
    erase(manager, "C1", "来信要求", AT)
    assert reason() == f"{NAME}（C1）由 A01 首访"

"""Beside each rule stands what the law makes of it (rulebook 10)."""

import pytest

from crm.rulebook.catalogue import rules
from crm.rulebook.law import VIEWS, law_of, monthly_cap

RED = (
    "six-groups-no-deposit",
    "holding-drought",
    "subscription-drought",
    "callin-missed",
    "followup-missed",
    "report-untracked",
    "resignation-deduction",
)
AMBER = ("quota-missed", "training-notice", "dismissal")
CLEAN = (
    "two-deposits-day",
    "two-deposits-3-days",
    "early-confirmation",
    "severe-warning",
    "award-ineligible",
)


def test_every_rule_of_the_rulebook_has_its_view():
    assert set(VIEWS) == {rule.code for rule in rules()}
    for code in VIEWS:
        position = law_of(code, -5000)
        assert position.zh
        assert position.en
        assert bool(position.article("zh")) == bool(position.article("en")) == bool(position.flag)


@pytest.mark.parametrize("rule", RED)
def test_deductions_that_are_fines_are_red_and_nothing_of_them_is_lawful(rule):
    assert (law_of(rule, -5000).flag, law_of(rule, -5000).lawful) == ("red", 0)


@pytest.mark.parametrize("rule", AMBER)
def test_what_depends_on_the_agreement_is_amber_with_its_amount(rule):
    assert (law_of(rule, -150000).flag, law_of(rule, -150000).lawful) == ("amber", -150000)
    assert law_of(rule, None).lawful is None


@pytest.mark.parametrize("rule", CLEAN)
def test_rewards_and_what_moves_no_money_have_no_flag(rule):
    assert law_of(rule, 1000).flag == ""


def test_a_false_report_is_red_only_where_it_cuts_pay_for_hours_worked():
    assert law_of("report-false", -20000).lawful == 0
    assert law_of("report-false", -20000, worked=False).flag == ""
    assert law_of("report-false", -20000, worked=False).lawful == -20000


def test_articles_are_those_of_the_rulebook():
    assert "15、16" in law_of("holding-drought", -1).article("zh")
    assert "25、37、90" in law_of("resignation-deduction", -1).article("zh")
    assert "Art. 39, 43" in law_of("dismissal", None).article("en")


@pytest.mark.parametrize(
    ("wage", "minimum", "cap"),
    [
        (500_000, 200_000, 100_000),
        (240_000, 200_000, 40_000),
        (250_000, 200_000, 50_000),
        (200_000, 200_000, 0),
        (100_000, 200_000, 0),
        (1_004, 0, 200),
    ],
)
def test_a_proven_loss_takes_a_fifth_of_the_wage_and_never_below_the_minimum_wage(wage, minimum, cap):
    assert monthly_cap(wage, minimum) == cap

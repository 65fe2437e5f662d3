"""Quotas are typed, copied and undone by whom they are the business of, and never overwritten unseen."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from crm.errors import Conflict
from crm.exchange.services import Importer, import_workbook
from crm.extensions import db
from crm.penalties.closing import close_month
from crm.people.accounts import RowChange
from crm.targets import quota_services
from crm.targets.models import Quota
from tests.people_builders import HOME, count, keep
from tests.targets.builders import AT, NOVEMBER, OCTOBER, account_of, quota, sale


def stored(staff_id, month=NOVEMBER):
    db.session.rollback()
    row = db.session.get(Quota, (staff_id, month))
    return None if row is None else (row.units, row.amount)


def typed(month="2026-11", **people):
    """A form of `A1=("4", "200万", "seen")`."""
    form = {"month": month}
    for staff_id, (units, amount, seen) in people.items():
        form |= {f"units-{staff_id}": units, f"amount-{staff_id}": amount, f"seen-{staff_id}": seen}
    return form


def without_tokens(page):
    """The page without what is drawn by chance, which may hold any two letters."""
    return re.sub(
        '<head.*?</head>|name="(csrf_token|idem_key)"[^>]*|nonce="[^"]*"', "", page, flags=re.DOTALL
    )


def test_a_manager_types_the_quotas_of_the_project(home):
    answer = home["M1"].post(
        "/targets", data=typed(A1=("4", "1200万", ""), A2=("3", "", ""), A3=("", "", ""))
    )
    assert answer.status_code == 303
    assert stored("A1") == (4, Decimal(12000000))
    assert stored("A2") == (3, None)
    assert stored("A3") is None


def test_hr_types_those_of_all_projects(home):
    home["H1"].post("/targets", data=typed(A1=("4", "", ""), B1=("5", "", "")))
    assert (stored("A1"), stored("B1")) == ((4, None), (5, None))


def test_a_manager_does_not_reach_another_project(home):
    home["M2"].post("/targets", data=typed(A1=("9", "", "")))
    assert stored("A1") is None
    assert "A1" not in without_tokens(home["M2"].get("/targets").text)
    assert home["M2"].get("/targets/people/A1").status_code == 404
    assert home["M2"].get("/targets/people/nobody").status_code == 404


def test_an_emptied_cell_takes_the_quota_away(home):
    keep([quota("A1", 4)])
    home["M1"].post("/targets", data=typed(A1=("", "", "4|")))
    assert stored("A1") is None


@pytest.mark.parametrize(
    ("units", "amount", "sentence"),
    [
        ("四", "", "请填整数套数"),
        ("2.5", "", "请填整数套数"),
        ("-1", "", "请填整数套数"),
        ("10000", "", "之间"),
        ("", "100万", "也请填套数"),
        ("4", "很多", "看不懂"),
    ],
)
def test_what_is_wrong_is_said_beside_its_cell_and_nothing_typed_is_lost(home, units, amount, sentence):
    answer = home["M1"].post("/targets", data=typed(A1=(units, amount, ""), A2=("7", "", "")))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="7"' in answer.text
    assert f'value="{units or amount}"' in answer.text
    assert count(Quota) == 0


def test_whoever_saves_second_sees_both_versions_and_overwrites_nothing(home):
    home["H1"].post("/targets", data=typed(A1=("5", "100万", "")))
    answer = home["M1"].post("/targets", data=typed(A1=("3", "", ""), A2=("2", "", "")))
    assert answer.status_code == 409
    assert "5 套 ¥1000000" in answer.text
    assert "3 套" in answer.text
    assert (stored("A1"), stored("A2")) == ((5, Decimal(1000000)), None)
    assert 'name="seen-A1" value="5|1000000"' in answer.text
    again = typed(A1=("3", "", "5|1000000"), A2=("2", "", ""))
    assert home["M1"].post("/targets", data=again).status_code == 303
    assert (stored("A1"), stored("A2")) == ((3, None), (2, None))


def test_a_line_that_was_not_touched_does_not_stand_in_the_way(home):
    keep([quota("A1", 4)])
    page = typed(A1=("4", "", "4|"), A2=("2", "", ""))
    home["H1"].post("/targets", data=typed(A1=("6", "", "4|")))
    assert home["M1"].post("/targets", data=page).status_code == 303
    assert (stored("A1"), stored("A2")) == ((6, None), (2, None))


def test_each_change_keeps_who_when_from_and_to(home):
    home["M1"].post("/targets", data=typed(A1=("4", "", "")))
    home["H1"].post("/targets", data=typed(A1=("5", "200万", "4|")))
    changes = db.session.query(RowChange).filter_by(table_name="quotas").order_by(RowChange.change_id).all()
    assert [(row.actor, row.at, row.before, row.after) for row in changes] == [
        ("M1", AT, None, {"units": 4, "amount": None}),
        ("H1", AT, {"units": 4, "amount": None}, {"units": 5, "amount": "2000000.00"}),
    ]
    assert "4 套 → 5 套 ¥2,000,000" in home["M1"].get("/targets").text


def test_what_a_workbook_changed_stands_in_the_same_history(home, tmp_path):
    keep([quota("A1", 4)])
    staff = "staff_id,name,role,project,trade,hired_on\nA1,员工A1,consultant,滨江壹号,property,2026-01-05\n"
    (tmp_path / "staff.csv").write_text(staff)
    (tmp_path / "quotas.csv").write_text("staff_id,month,units\nA1,2026-11,6\n")
    import_workbook(tmp_path, Importer("M1", HOME), AT)
    assert "（导入）：员工A1" in home["M1"].get("/targets").text
    assert "4 套 → 6 套" in home["M1"].get("/targets").text


def test_last_months_quotas_fill_only_what_is_empty(home):
    keep([quota("A1", 4, OCTOBER, 1000000), quota("A2", 3, OCTOBER), quota("A2", 9)])
    keep([quota("B1", 2, OCTOBER)])
    home["M1"].post("/targets/copy", data={"month": "2026-11"})
    assert (stored("A1"), stored("A2"), stored("A3"), stored("B1")) == (
        (4, Decimal(1000000)),
        (9, None),
        None,
        None,
    )


def undo_of(browser):
    """Where the quiet line of the next page leads."""
    page = browser.get("/targets?month=2026-11").text
    assert 'action="/targets/undo?' in page
    return page.split('action="/targets/undo?')[1].split('"')[0].replace("&amp;", "&")


def test_a_copy_is_undone_where_nobody_touched_it_since(home, at):
    keep([quota("A1", 4, OCTOBER), quota("A2", 3, OCTOBER)])
    home["M1"].post("/targets/copy", data={"month": "2026-11"})
    address = undo_of(home["M1"])
    at(AT + dt.timedelta(minutes=1))
    home["H1"].post("/targets", data=typed(A2=("8", "", "3|")))
    assert home["H1"].post(f"/targets/undo?{address}").status_code == 303
    assert stored("A1") == (4, None), "somebody else's copy is not undone"
    home["M1"].post(f"/targets/undo?{address}")
    assert (stored("A1"), stored("A2")) == (None, (8, None))


def test_what_was_typed_is_undone_to_what_was_there(home, at):
    keep([quota("A1", 4)])
    home["M1"].post("/targets", data=typed(A1=("6", "", "4|"), A2=("2", "", "")))
    at(AT + dt.timedelta(minutes=1))
    home["M1"].post(f"/targets/undo?{undo_of(home['M1'])}")
    assert (stored("A1"), stored("A2")) == ((4, None), None)


def test_a_form_sent_twice_is_saved_once(home):
    form = typed(A1=("4", "", "")) | {"idem_key": "one"}
    for _ in range(2):
        assert home["M1"].post("/targets", data=form).status_code == 303
    assert db.session.query(RowChange).filter_by(table_name="quotas").count() == 1


@pytest.fixture
def october_closed(home):
    keep([quota("A1", 4, OCTOBER)])
    for month in ("2026-09", "2026-10"):
        close_month(month, AT, "H1")
    return home


def test_a_closed_month_is_shown_and_not_changed(october_closed):
    page = october_closed["M1"].get("/targets?month=2026-10").text
    assert "已结账" in page
    assert "readonly" in page
    form = typed("2026-10", A1=("9", "", "4|"))
    assert october_closed["M1"].post("/targets", data=form).status_code == 409
    assert october_closed["M1"].post("/targets/copy", data={"month": "2026-10"}).status_code == 409
    assert stored("A1", OCTOBER) == (4, None)
    with pytest.raises(Conflict):
        quota_services.undo(account_of("M1"), OCTOBER, AT, AT)


def test_a_consultant_sees_the_own_place_and_the_gap_and_nothing_of_others(home):
    keep([quota(one) for one in ("A1", "A2", "A3")])
    keep([sale("A2", wan=371), sale("A2", wan=371), sale("A3", wan=259), sale("A1", wan=183)])
    for address in ("/targets/mine", "/targets/mine/card"):
        page = without_tokens(home["A1"].get(address).text)
        assert "第 3 名，共 3 人" in page
        for other in ("员工A2", "员工A3", "A2", "A3", "742", "371", "259"):
            assert other not in page
    assert "套数与上一名相同，金额差 ¥760,000" in home["A1"].get("/targets/mine").text


def test_a_probationer_is_told_that_there_is_no_place(home):
    keep([quota("A4"), sale("A4")])
    assert "试用期内，不参加排名" in home["A4"].get("/targets/mine").text


def test_a_manager_sees_everyone_of_the_project_in_order_and_hr_all_projects(home):
    keep([quota(one) for one in ("A1", "A2", "B1", "A4")])
    keep([sale("A2")])
    page = home["M1"].get("/targets/ranking").text
    assert page.index("员工A2") < page.index("员工A1") < page.index("不参加排名") < page.index("员工A4")
    assert "员工B1" not in page
    assert "员工B1" in home["H1"].get("/targets/ranking").text


@pytest.mark.parametrize("who", ["A1", "N1", "F1"])
def test_nobody_else_sees_quotas_or_the_ranking(home, who):
    for address in ("/targets", "/targets/ranking", "/targets/people/A1"):
        assert home[who].get(address).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "x", "9999-12", "2026-11-01"])
def test_a_month_that_is_none_shows_the_present_one(home, month):
    assert "2026年11月" in home["M1"].get(f"/targets?month={month}").text


@pytest.mark.parametrize("moment", ["", "x", "-1", "99999999999999999999"])
def test_an_undo_of_nothing_is_nowhere(home, moment):
    assert home["M1"].post(f"/targets/undo?month=2026-11&at={moment}").status_code == 404

"""A deal through the pages: deposit, money, a refund, and what each page shows."""

from sqlalchemy import select

from crm.deals.models import Deal
from crm.deals.receipts_models import Receipt, Refund
from crm.extensions import db
from crm.leads.search_terms import rebuild
from crm.transactions import atomic
from tests.deals_way.conftest import TODAY

ON = TODAY.isoformat()
RECEIPT = {
    "kind": "holding",
    "nature": "earnest_money",
    "amount": "25万",
    "method": "transfer",
    "voucher_no": "V1",
    "received_on": ON,
}


def test_from_the_board_to_the_refund(home, people):
    consultant, finance, manager = (people.browser_of(home(who).account_id) for who in ("A1", "N1", "M1"))
    assert "301" in consultant.get("/stock").text
    assert "无预售许可证" in consultant.get("/stock?building=2栋").text
    form = {"customer_id": "C1", "stage": "holding_deposit_on", "on": ON}
    answer = consultant.post("/stock/U1/place", data=form)
    assert answer.status_code == 303
    deal_id = db.session.scalar(select(Deal.deal_id))
    assert "李先生" in consultant.get("/way").text
    assert "保留到" in consultant.get(f"/way/{deal_id}").text
    assert finance.post(f"/money/{deal_id}/receipt", data=RECEIPT).status_code == 303
    page = finance.get(f"/money/{deal_id}").text
    assert "第 586 条" in page
    assert "50,000" in page
    assert "V1" in finance.get(f"/receipts?on={ON}").text
    assert finance.get(f"/receipts/day.xlsx?on={ON}").data.startswith(b"PK")
    asked = {"kind": "refund", "cause": "agreed", "amount": "1万", "requested_on": ON, "reason": "退订"}
    assert finance.post(f"/money/{deal_id}/refund", data=asked).status_code == 303
    refund_id = db.session.scalar(select(Refund.refund_id))
    assert "退订" in manager.get("/refunds").text
    manager.post(f"/refunds/{refund_id}/decide", data={"approved": "1"})
    finance.post(f"/refunds/{refund_id}/pay", data={"paid_on": ON, "method": "cash", "voucher_no": "V2"})
    assert "已退" in finance.get(f"/money/{deal_id}").text
    assert consultant.get("/arrears").status_code == 200


def test_the_day_names_the_invoice_and_the_sum_of_each_method(home, placed, people):
    finance = people.browser_of(home("N1").account_id)
    deal_id = placed().deal_id
    for more in ({"invoice_no": "FP-7"}, {"amount": "3000", "method": "wechat"}):
        finance.post(f"/money/{deal_id}/receipt", data=RECEIPT | more)
    page = " ".join(finance.get(f"/receipts?on={ON}").text.split())
    assert "FP-7" in page
    sums = page[page.index("按方式合计") : page.index("</ul>", page.index("按方式合计"))]
    assert [word in sums for word in ("转账", "250,000", "微信", "3,000", "现金")] == [True] * 4 + [False]
    assert "计划和实收" in page


def test_who_a_new_deal_is_with_is_looked_up_without_a_number_in_the_address(home, people):
    browser = people.browser_of(home("A1").account_id)
    with atomic():
        rebuild(["C1", "C2"])
    page = browser.get("/deals/new").text
    assert 'method="get"' not in page[page.index("<main") : page.index("</main")]
    assert "李先生" in browser.post("/deals/new/customers", data={"q": "李"}).text
    assert "王女士" not in browser.post("/deals/new/customers", data={"q": "王"}).text
    assert "李先生" not in browser.post("/deals/new/customers", data={"q": "王"}).text
    assert "李先生" in browser.get("/deals/new?q=王").text


def test_what_was_typed_comes_back_with_its_fault(home, placed, people):
    finance = people.browser_of(home("N1").account_id)
    deal_id = placed().deal_id
    answer = finance.post(f"/money/{deal_id}/receipt", data=RECEIPT | {"amount": "很多"})
    assert answer.status_code == 422
    assert "很多" in answer.text
    assert db.session.scalar(select(Receipt)) is None


def test_the_second_client_reads_a_clear_refusal(home, placed, people):
    placed()
    other = people.browser_of(home("A2").account_id)
    form = {"customer_id": "C2", "stage": "holding_deposit_on", "on": ON}
    answer = other.post("/stock/U1/place", data=form)
    assert answer.status_code == 409
    assert "已被别的客户落订" in answer.text


def test_today_shows_what_comes_after_the_sale(home, placed, people):
    placed(stage="subscription_on")
    page = people.browser_of(home("A1").account_id).get("/today").text
    assert "签约后的事" in page
    assert "还差 5 项" in page


def test_a_consultant_finds_the_own_customers_by_name_and_end_of_number_and_nobody_elses(home, people):
    browser = people.browser_of(home("A1").account_id)
    with atomic():
        rebuild(["C1", "C2"])
    assert "李先生" in browser.post("/stock/customers", data={"q": "李"}).text
    assert "王女士" not in browser.post("/stock/customers", data={"q": "王"}).text
    assert "李先生" in browser.post("/stock/customers", data={"q": "王", "customer_id": "C1"}).text


def test_a_way_without_deals_leads_to_the_board(home, people):
    page = people.browser_of(home("A1").account_id).get("/way").text
    assert "从房源板选一套落订" in page
    assert "kanban-column" not in page


def test_a_price_that_waits_is_not_asked_for_again_and_names_who_asked(home, placed, people):
    deal_id = placed(amount=990000).deal_id
    consultant, manager = (people.browser_of(home(who).account_id) for who in ("A1", "M1"))
    assert "申请价格审批" in consultant.get(f"/way/{deal_id}").text
    consultant.post(f"/way/{deal_id}/price", data={"amount": "990000", "reason": "老业主介绍"})
    assert "申请价格审批" not in consultant.get(f"/way/{deal_id}").text
    page = manager.get("/refunds").text
    for told in ("李先生", "员工A1", "老业主介绍", "标价 ¥1,000,000，低 ¥10,000"):
        assert told in page

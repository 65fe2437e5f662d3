"""Papers to print and sign."""

from io import BytesIO

from flask import render_template, send_file
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals import aftersales, receipts
from crm.deals import stock_words as words
from crm.deals.capitals import in_capitals
from crm.deals.models import Deal
from crm.deals.papers import pdf
from crm.deals.queries import deal_of
from crm.deals.receipts_models import Receipt
from crm.deals.stock_blueprint import READ, blueprint
from crm.deals.units import label_of, list_price_of, units_of
from crm.errors import Conflict, NotFound
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.people import audit
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import requires


@blueprint.get("/papers/receipts/<receipt_id>")
@requires(*READ)
def receipt_paper(receipt_id: str) -> Response:
    """A receipt."""
    row = db.session.get(Receipt, receipt_id)
    if row is None:
        raise NotFound
    deal = deal_of(me(), row.deal_id)
    values = {"receipt": row, "capitals": in_capitals(row.amount), "names": names_of([row.taken_by])}
    return _printed("deals/paper_receipt.html", deal, f"{receipt_id}.pdf", values)


@blueprint.get("/papers/subscriptions/<deal_id>")
@requires(*READ)
def subscription_paper(deal_id: str) -> Response:
    """The subscription agreement."""
    deal = deal_of(me(), deal_id)
    if deal.subscription_on is None:
        raise Conflict("还没有大定，不能打印认购书。", "There is no subscription yet.")
    return _printed("deals/paper_subscription.html", deal, f"{deal_id}-subscription.pdf", {})


@blueprint.get("/papers/contracts/<deal_id>")
@requires(*READ)
def contract_paper(deal_id: str) -> Response:
    """The contract's summary: units, price, payments, and what comes next."""
    deal = deal_of(me(), deal_id)
    if deal.contract_on is None:
        raise Conflict("还没有签约，不能打印合同摘要。", "There is no contract yet.")
    values = {"plan": receipts.plan_of(db.session(), deal), "steps": aftersales.steps_of_deal(deal)}
    return _printed("deals/paper_contract.html", deal, f"{deal_id}-contract.pdf", values)


def _printed(template: str, deal: Deal, name: str, values: dict[str, object]) -> Response:
    session = db.session()
    units = units_of(session, deal)
    html = render_template(
        template,
        deal=deal,
        customer=session.get_one(Customer, deal.customer_id),
        units=[(unit, label_of(unit)) for unit in units],
        list_price=list_price_of(units),
        money=receipts.money_of(session, deal),
        price_words=in_capitals(deal.amount) if deal.amount is not None else "",
        who=names_of([deal.staff_id]).get(deal.staff_id or "", ""),
        company=setting("company"),
        printed_on=today(),
        words=words,
        **values,
    )
    made = pdf(html)
    audit.record(me().actor, "paper.printed", name, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)

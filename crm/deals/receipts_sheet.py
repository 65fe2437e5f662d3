"""Finance's day as a spreadsheet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from io import BytesIO

from flask_babel import gettext as _

from crm.deals.models import Deal
from crm.deals.receipts_models import Receipt
from crm.deals.receipts_sums import by_method
from crm.deals.stock_words import METHODS, NATURES, RECEIPT_KINDS
from crm.leads.models import Customer

_WIDTHS = (20, 12, 20, 14, 12, 10, 10, 16, 16, 14, 12, 24, 30)


def sheet_of_day(
    on: dt.date, lines: Sequence[tuple[Receipt, Deal, Customer]], names: Mapping[str, str]
) -> BytesIO:
    """One row a receipt, then the sum and the sums by method; amounts are numbers in yuan, everything else is text."""
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(str(_("收款日报")))
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, (title, width) in enumerate(zip(_titles(), _WIDTHS, strict=True)):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, width)
        for row, (receipt, deal, customer) in enumerate(lines, 1):
            for column, text in enumerate(_cells(receipt, deal, customer, names)):
                sheet.write_string(row, column, text)
            sheet.write_number(row, 4, float(receipt.amount), money)
        last = len(lines) + 1
        sheet.write_string(last, 0, str(_("合计")), bold)
        sheet.write_number(last, 4, float(sum(receipt.amount for receipt, _deal, _who in lines)), money)
        for place, (method, _count, amount) in enumerate(
            by_method(receipt for receipt, _deal, _who in lines), 1
        ):
            sheet.write_string(last + place, 0, str(_("其中")))
            sheet.write_number(last + place, 4, float(amount), money)
            sheet.write_string(last + place, 7, str(METHODS[method]))
        sheet.freeze_panes(1, 0)
    content.seek(0)
    return content


def _titles() -> list[str]:
    return [
        str(word)
        for word in (
            _("收据号"),
            _("日期"),
            _("成交编号"),
            _("客户"),
            _("金额"),
            _("款项"),
            _("性质"),
            _("方式"),
            _("凭证号"),
            _("发票号"),
            _("经办人"),
            _("冲销的收据"),
            _("备注"),
        )
    ]


def _cells(receipt: Receipt, deal: Deal, customer: Customer, names: Mapping[str, str]) -> list[str]:
    return [
        receipt.receipt_id,
        receipt.received_on.isoformat(),
        deal.deal_id,
        customer.name,
        "",
        str(RECEIPT_KINDS[receipt.kind]),
        str(NATURES[receipt.nature]),
        str(METHODS[receipt.method]),
        receipt.voucher_no,
        receipt.invoice_no or "",
        names.get(receipt.taken_by, receipt.taken_by),
        receipt.reverses or "",
        receipt.note or "",
    ]

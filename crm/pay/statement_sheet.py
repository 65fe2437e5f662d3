"""One person's statement as a spreadsheet."""

from collections.abc import Mapping
from io import BytesIO

from flask_babel import gettext as _

from crm.pay.pages import Sheet

_WIDTHS = (14, 70, 14, 14, 22)


def sheet_of_person(sheet: Sheet, states: Mapping[str, tuple[str, str]]) -> BytesIO:
    """A row a line, then the sum; amounts are numbers in yuan, an unknown or hidden one is an empty cell."""
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet.statement.month)
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        titles = (_("项目类别"), _("依据"), _("金额"), _("计入工资"), _("说明"))
        for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
            page.write_string(0, column, str(title), bold)
            page.set_column(column, column, width)
        place = 0
        for group in sheet.groups:
            for one in group.lines:
                place += 1
                page.write_string(place, 0, group.title)
                page.write_string(place, 1, one.text)
                if one.amount is not None:
                    page.write_number(place, 2, float(one.amount), money)
                if one.counted is not None:
                    page.write_number(place, 3, float(one.counted), money)
                state = states[one.line.state][1] if one.line.state else ""
                page.write_string(place, 4, "：".join(part for part in (state, one.why) if part))
        if sheet.pay:
            page.write_string(place + 1, 0, str(_("应发合计")), bold)
            page.write_number(place + 1, 3, sheet.statement.total / 100, money)
        page.freeze_panes(1, 0)
    content.seek(0)
    return content

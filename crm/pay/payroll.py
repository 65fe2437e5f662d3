"""The month's payroll: a row a person, a column a kind, and the proof that it adds up to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from crm.pay.lines import BASE, CLAWBACK, COMMISSION, CORRECTION, CUT, DEDUCTION, LOSS, REWARD, VARIABLE
from crm.pay.models import staff_whose_pay
from crm.pay.statements import Statement, statements
from crm.penalties.models import LedgerEntry
from crm.people.accounts import Account
from crm.people.models import Staff

COLUMNS = (BASE, VARIABLE, CUT, COMMISSION, CLAWBACK, REWARD, DEDUCTION, LOSS, CORRECTION)
_CHUNK = 500


@dataclass(frozen=True)
class Payroll:
    """The statements of a month that one reader may see, and what the ledger has booked for the same people.

    All in fen. `ledger` is the sum of the ledger's rows of the month.
    """

    month: str
    rows: list[Statement]
    ledger: int

    def total(self, *kinds: str) -> int:
        """The sum of a column."""
        return sum(row.counted(*kinds) for row in self.rows)

    @property
    def payable(self) -> int:
        """What is paid to everybody together."""
        return sum(row.total for row in self.rows)

    @property
    def kept_back(self) -> int:
        """What the ledger has and the pay has not."""
        return sum(row.kept_back for row in self.rows)

    @property
    def in_statements(self) -> int:
        """What the statements say that the ledger has: what counts and what is kept back."""
        return self.total(CUT, REWARD, DEDUCTION) + self.kept_back

    @property
    def difference(self) -> int:
        """Nothing, or something is broken."""
        return self.in_statements - self.ledger


def payroll_of(session: Session, user: Account, month: str, project: str = "") -> Payroll:
    """The payroll of a month, as far as this person may see."""
    query = staff_whose_pay(user)
    query = query.where(Staff.project == project) if project else query
    ids = list(session.scalars(query.with_only_columns(Staff.staff_id)))
    rows = [one for one in statements(session, month, ids) if one.lines]
    return Payroll(month, rows, ledger_of(session, month, ids))


def ledger_of(session: Session, month: str, staff_ids: Sequence[str]) -> int:
    """The sum, in fen, of the ledger's rows that are booked in the month for these people."""
    amount = func.coalesce(func.sum(type_coerce(LedgerEntry.amount, BigInteger)), 0)
    total = 0
    for start in range(0, len(staff_ids), _CHUNK):
        some = LedgerEntry.staff_id.in_(staff_ids[start : start + _CHUNK])
        total += int(session.scalar(select(amount).where(LedgerEntry.month == month, some)) or 0)
    return total


def column_words() -> dict[str, str]:
    """What the columns are called."""
    return {
        BASE: str(_("基本工资")),
        VARIABLE: str(_("浮动工资")),
        CUT: str(_("未完成指标")),
        COMMISSION: str(_("提成")),
        CLAWBACK: str(_("追回提成")),
        REWARD: str(_("奖励")),
        DEDUCTION: str(_("扣罚")),
        LOSS: str(_("赔偿损失")),
        CORRECTION: str(_("往月更正")),
    }


def sheet_of(payroll: Payroll) -> BytesIO:
    """The payroll as a spreadsheet: amounts are numbers in yuan, an unknown one is said in words beside them."""
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(payroll.month)
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        titles = _titles()
        sheet.write_row(0, 0, titles, bold)
        sheet.set_column(0, len(titles) - 2, 12)
        sheet.set_column(len(titles) - 1, len(titles) - 1, 40)
        for place, row in enumerate(payroll.rows, 1):
            for column, text in enumerate((row.staff.staff_id, row.staff.name, row.staff.project)):
                sheet.write_string(place, column, text)
            sheet.write_row(place, 3, [fen / 100 for fen in _numbers(row)], money)
            sheet.write_string(place, len(titles) - 1, notes_of(row))
        end = len(payroll.rows) + 1
        sheet.write_string(end, 0, str(_("合计")), bold)
        sums = [payroll.total(kind) for kind in COLUMNS] + [payroll.payable, payroll.kept_back]
        sheet.write_row(end, 3, [fen / 100 for fen in sums], total)
        for place, (text, fen) in enumerate(_checks(payroll), end + 2):
            sheet.write_string(place, 0, text)
            sheet.write_number(place, 3, fen / 100, money)
        sheet.freeze_panes(1, 2)
    content.seek(0)
    return content


def _titles() -> list[str]:
    own = (_("工号"), _("姓名"), _("项目"))
    sums = (_("应发合计"), _("暂缓或不计"), _("备注"))
    return [str(one) for one in (*own, *column_words().values(), *sums)]


def _checks(payroll: Payroll) -> list[tuple[str, int]]:
    return [
        (str(_("核对：工资单中的奖罚（含暂缓或不计）")), payroll.in_statements),
        (str(_("核对：账本本月合计")), payroll.ledger),
        (str(_("核对：差额，应为 0")), payroll.difference),
    ]


def _numbers(row: Statement) -> list[int]:
    return [row.counted(kind) for kind in COLUMNS] + [row.total, row.kept_back]


def notes_of(row: Statement) -> str:
    """What a payroll clerk has to know of this row."""
    found = []
    if row.unknown:
        found.append(str(_("有金额未知，合计不含")))
    if row.minimum.fen is None:
        found.append(str(_("当地最低工资未知")))
    elif row.minimum.below:
        found.append(str(_("低于当地最低工资")))
    if row.absent_days:
        found.append(str(_("旷工 %(days)s 天", days=row.absent_days)))
    return "；".join(found)

"""Small workbooks for tests: a folder of CSV files from rows of text."""

from collections.abc import Mapping
from pathlib import Path

STAFF = """staff_id,name,role,project,trade,hired_on,monthly_base_pay
A1,王芳,consultant,滨江壹号,property,2026-01-05,4200.50
A2,李强,consultant,滨江壹号,property,2026-01-05,
M1,张敏,manager,滨江壹号,property,2026-01-05,
B1,赵云,consultant,湖畔花园,property,2026-01-05,
"""
TERMS = """staff_id,from_on,project,role,trade,monthly_base_pay,monthly_variable_pay
A1,2026-11-03,,,,4800.50,
A2,2026-11-05,湖畔花园,store_manager,,,1800
"""
CUSTOMERS = """customer_id,name,phone,owner,first_contact_at
C1,李先生,13800138000,A1,2026-11-02T10:00:00
C2,周女士,,A2,2026-11-02T11:00:00
"""
CONTACTS = """contact_id,customer_id,staff_id,kind,happened_at,recorded_at,note
K1,C1,A1,call_in,2026-11-02T10:00:00,2026-11-02T10:05:00,想看三房
K2,C2,A2,visit,2026-11-02T11:00:00,2026-11-02T18:00:00,
"""
DEALS = """deal_id,customer_id,staff_id,unit_kind,holding_deposit_on
D1,C1,,residential,2026-11-05
"""
SHARES = """deal_id,staff_id,percent
D1,A1,60
D1,A2,40
"""
WHOLE = {
    "staff": STAFF,
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "deals": DEALS,
    "shares": SHARES,
}


def write(folder: Path, tables: Mapping[str, str] | None = None, **changed: str) -> Path:
    """A workbook folder of these tables; `staff` is always there."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, text in ({"staff": STAFF} | dict(tables or {}) | changed).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder

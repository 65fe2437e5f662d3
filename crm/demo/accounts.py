"""The demo accounts on paper: printed when they are made, and kept in a file that only its owner reads."""

import os
from collections.abc import Iterable
from pathlib import Path

from crm.demo.seed import Login

FILE = "accounts.txt"
ROLES = {
    "consultant": "置业顾问 consultant",
    "front_desk": "前台 front desk",
    "manager": "销售经理 manager",
    "hr": "人事 HR",
    "finance": "财务 finance",
    "admin": "管理员 administrator",
}


def keep(home: Path, logins: Iterable[Login]) -> str:
    """Write the accounts down (mode 0600); gives the text."""
    text = "\n".join(_line(login) for login in logins) + "\n"
    path = home / FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return text


def kept(home: Path) -> str | None:
    """What was written down, None where the file is gone."""
    try:
        return (home / FILE).read_text(encoding="utf-8")
    except OSError:
        return None


def _line(login: Login) -> str:
    return f"  {login.login:<11} {login.password}   {ROLES[login.role]}，{login.name}"

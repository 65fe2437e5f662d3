"""What the database's own errors mean for the person who was saving."""

from sqlalchemy.exc import OperationalError

from crm.errors import StoreProblem

_FULL = (
    "磁盘已满，您的修改没有保存。请管理员清出空间后再试。",
    "The disk is full; nothing was saved. Ask the administrator to make room, then try again.",
)
_READ_ONLY = (
    "数据库现在只能读，您的修改没有保存。请管理员检查文件权限和磁盘。",
    "The database can only be read now; nothing was saved. The administrator should check its file and disk.",
)
_LOST = (
    "与数据库的连接断开了，您的修改可能没有保存。请刷新后核对。",
    "The connection to the database was lost. Reload, and see whether your change is there.",
)
_SQLITE = {
    "disk is full": _FULL,
    "readonly database": _READ_ONLY,
    "disk I/O error": _READ_ONLY,
}


def busy() -> StoreProblem:
    """Too many wait to write, or an import is being written."""
    return StoreProblem(
        "数据库正忙（可能正在导入），您的修改尚未保存，请稍后再试。",
        "The database is busy, perhaps with an import. Nothing was saved; please try again in a moment.",
    )


def in_plain_words(problem: OperationalError) -> StoreProblem | None:
    """The sentence for a problem that a person can do something about, None for any other."""
    state = getattr(problem.orig, "sqlstate", None)
    text = str(problem.orig)
    if state == "55P03" or "database is locked" in text:
        return busy()
    if state == "53100":
        return StoreProblem(*_FULL)
    if problem.connection_invalidated or (state or "").startswith(("08", "57P")):
        return StoreProblem(*_LOST)
    return next((StoreProblem(*words) for part, words in _SQLITE.items() if part in text), None)

"""What an import did, in words."""

from collections.abc import Iterator

from crm.exchange.services import Imported
from crm.workbook.schema import BY_NAME


def summary(done: Imported, lang: str, *, check_only: bool = False) -> Iterator[str]:
    """A line for each table with rows, and one on the whole."""
    for name, (new, changed, same) in done.counts.items():
        if lang == "en":
            yield f"{name}: {new:,} new, {changed:,} changed, {same:,} the same"
        else:
            yield f"{BY_NAME[name].zh}({name}):新增 {new:,}，更新 {changed:,}，相同 {same:,}"
    yield _whole(done, lang, check_only)


def _whole(done: Imported, lang: str, check_only: bool) -> str:
    if done.nothing_changed:
        if lang == "en":
            return "Everything is stored already; nothing changed."
        return "内容与已存的完全相同，没有任何改动。"
    if check_only:
        return (
            "The workbook is sound; nothing was stored." if lang == "en" else "检查通过，没有写入任何内容。"
        )
    return "Imported." if lang == "en" else "已导入。"

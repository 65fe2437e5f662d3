"""The words of the template in both languages: what a column wants, in the sentences of its comment."""

from crm.workbook import template_english
from crm.workbook.faults import Words
from crm.workbook.schema import BY_NAME, Column, Kind, Table

GUIDE_SHEET = "说明"
"""The first sheet; the reader skips a sheet of this name, so that its examples are never imported."""

TITLE = Words("工作簿填写说明", "How to fill in this workbook")
NOTES = (
    Words(
        "每张表一个工作表，第一行是表头，请从第二行开始填写。除「员工」外，用不到的表可以留空或删除。",
        "One sheet for each table; row 1 is the header, fill in from row 2 on. "
        "All but “staff” may be left empty or deleted.",
    ),
    Words(
        "橙色表头(批注中带 ★)为必填，蓝色为选填；鼠标移到表头上可看批注。列的次序可以调整，表头文字请不要改。",
        "Orange headers (★ in the comment) are required, blue ones are not; hover a header for its comment. "
        "Columns may be moved, but keep the header texts.",
    ),
    Words(
        "日期写作 2026-10-31,月份写作 2026-10,时间写作 2026-10-31 09:05(北京时间)。是否类的列填 1 或 0。",
        "Dates are 2026-10-31, months 2026-10, times 2026-10-31 09:05 (Beijing time). Yes is 1, no is 0.",
    ),
    Words(
        "编号、电话和身份证号按文本保存，前面的 0 不会丢；同一张表中编号不能重复，引用的编号必须存在。",
        "Ids, phones and identity-card numbers are kept as text with their leading zeros; "
        "a key stands only once in a table, and an id must name something.",
    ),
    Words(
        "本页只供阅读，不会被导入；示例只写在本页。",
        "This sheet is only to be read and is never imported; the examples are only here.",
    ),
)
GUIDE_HEADERS = (
    Words("列", "Column"),
    Words("英文名", "Chinese name"),
    Words("必填", "Required"),
    Words("填写内容", "What it holds"),
    Words("可填的值", "Allowed values"),
    Words("留空表示", "Empty means"),
    Words("示例", "Example"),
    Words("说明", "Explanation"),
)
REQUIRED = Words("★ 必填", "★ required")
OPTIONAL = Words("选填", "optional")
EXAMPLE = Words("示例:", "Example: ")
ALLOWED = Words("可填:", "One of: ")
EMPTY = Words("留空表示:", "Empty means: ")
KEY = Words("不可重复", "no two alike")
KEY_TOGETHER = Words("合起来不可重复", "no two alike together")
NO_CHOICE_TITLE = Words("不在可选值之内", "Not one of the values")
NO_DATE_TITLE = Words("看起来不是日期", "That does not look like a date")
NO_DATE = Words(
    "请填 2026-10-31 这样的日期。仍要保留这样填写吗?", "Expected a date such as 2026-10-31. Keep it anyway?"
)

_KINDS = {
    Kind.ID: Words("编号(文本)", "id (text)"),
    Kind.TEXT: Words("文本", "text"),
    Kind.PHONES: Words("电话(文本)", "phone numbers (text)"),
    Kind.DATE: Words("日期", "date"),
    Kind.MONTH: Words("月份", "month"),
    Kind.TIMESTAMP: Words("日期和时间", "date and time"),
    Kind.BOOLEAN: Words("1 或 0", "1 or 0"),
    Kind.INTEGER: Words("整数", "whole number"),
    Kind.DECIMAL: Words("数字", "number"),
    Kind.MONEY: Words("金额(元)", "money (yuan)"),
    Kind.CHOICE: Words("从列表中选", "one of the list"),
}


def table_name(table: Table, lang: str) -> str:
    """The name of its sheet."""
    return table.name if lang == "en" else table.zh


def header(column: Column, lang: str) -> str:
    """The text of its header, and nothing else: the reader knows a column by it."""
    return column.name if lang == "en" else column.zh


def allowed(column: Column, lang: str) -> list[str]:
    """The values of its drop-down; none where anything of its kind may be typed."""
    if column.kind is Kind.BOOLEAN:
        return ["1", "0"]
    return list(column.choices) if lang == "en" else list(column.choices.values())


def help_of_table(table: Table, lang: str) -> str:
    """What the table is for."""
    return template_english.TABLES[table.name] if lang == "en" else table.help_zh


def help_of(table: Table, column: Column, lang: str) -> str:
    """What the column is, in a sentence."""
    return template_english.COLUMNS[f"{table.name}.{column.name}"] if lang == "en" else column.help_zh


def wants(table: Table, column: Column, lang: str) -> str:
    """The kind of its values, whether they may repeat, and which sheet their ids come from."""
    parts = [_KINDS[column.kind].say(lang)]
    if column.key:
        parts.append((KEY if len(table.key) == 1 else KEY_TOGETHER).say(lang))
    if column.refers:
        named = table_name(BY_NAME[column.refers], lang)
        parts.append(f"{named}表中已有的编号" if lang != "en" else f"an id of the sheet {named}")
    return (", " if lang == "en" else ",").join(parts)


def empty_means(column: Column) -> str:
    """The default as it would be typed; "" where an empty cell is simply not known."""
    if column.required or column.default is None:
        return ""
    return str(int(column.default)) if isinstance(column.default, bool) else str(column.default)


def example(column: Column, lang: str) -> str:
    """A cell as it may be typed."""
    if lang == "en":
        for value, chinese in column.choices.items():
            if chinese == column.example:
                return value
    return column.example


def comment(table: Table, column: Column, lang: str) -> str:
    """The comment on its header: required or not, what it is, what may stand there, an example."""
    lines = [(REQUIRED if column.required else OPTIONAL).say(lang), help_of(table, column, lang)]
    lines.append(wants(table, column, lang))
    if values := allowed(column, lang):
        lines.append(ALLOWED.say(lang) + (", " if lang == "en" else "、").join(values))
    if default := empty_means(column):
        lines.append(EMPTY.say(lang) + default)
    lines.append(EXAMPLE.say(lang) + example(column, lang))
    return "\n".join(lines)

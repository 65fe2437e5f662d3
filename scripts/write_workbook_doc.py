"""Write the tables of docs/workbook.md anew from the schema, between its two marks.

`python scripts/write_workbook_doc.py`; a test compares the page with what this would write.
"""

from pathlib import Path

from crm.workbook import template_words as words
from crm.workbook.schema import TABLES, Column, Table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "workbook.md"
BEGIN = "<!-- tables: written by scripts/write_workbook_doc.py -->\n"
END = "<!-- end of tables -->\n"
COLUMNS = ("column", "中文", "required", "what it holds", "values", "empty means", "example")
HEADER = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"


def row_of(table: Table, column: Column) -> str:
    """The line of one column; a key stands in italics."""
    name = f"*`{column.name}`*" if column.key else f"`{column.name}`"
    values = ", ".join(f"`{value}` {zh}" for value, zh in column.choices.items())
    cells = (
        name,
        column.zh,
        "yes" if column.required else "",
        f"{words.wants(table, column, 'en')}. {words.help_of(table, column, 'en')}",
        values,
        words.empty_means(column),
        f"`{words.example(column, 'en')}`",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def section(table: Table) -> str:
    """Heading, purpose and columns of one table."""
    rows = "".join(row_of(table, column) for column in table.columns)
    return f"\n### `{table.name}` {table.zh}\n\n{words.help_of_table(table, 'en')}\n\n{HEADER}{rows}"


def written_anew(page: str) -> str:
    """The page with its tables as the schema has them now; ValueError where a mark is missing."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + "".join(map(section, TABLES)) + "\n" + END + after


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text("utf-8")), "utf-8")

"""What can be wrong with the books, each in one sentence: which row, and what became of it."""

from dataclasses import dataclass

from crm.store.base import moment_of

_NAMES = {
    "ledger": ("奖罚账", "the ledger"),
    "settlements": ("结算记录", "the settlements"),
    "closings": ("结账记录", "the closings"),
    "rulebook_versions": ("规则版本", "the rulebook versions"),
    "ledger_seen": ("查看记录", "the looks at entries"),
    "objections": ("异议", "the objections"),
    "objection_answers": ("异议答复", "the answers to objections"),
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `kind` names it for programs."""

    kind: str
    zh: str
    en: str

    def sentence(self, lang: str) -> str:
        """The sentence in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


def altered(table: str, number: int) -> Fault:
    """A row says something else than when it was written."""
    zh, en = _NAMES[table]
    return Fault("altered", f"{zh}第 {number} 笔被改动过。", f"Row {number} of {en} was changed.")


def moved(table: str, number: int, right: int) -> Fault:
    """A row stands at another place than when it was written."""
    zh, en = _NAMES[table]
    return Fault(
        "moved",
        f"{zh}第 {number} 笔被挪动过：它原来是第 {right} 笔。",
        f"Row {number} of {en} was moved: it was row {right}.",
    )


def inserted(table: str, number: int) -> Fault:
    """A row that the program did not write stands between two that it did."""
    zh, en = _NAMES[table]
    return Fault(
        "inserted", f"{zh}第 {number} 笔是后来塞进去的。", f"Row {number} of {en} was inserted from outside."
    )


def missing(table: str, first: int, last: int) -> Fault:
    """Rows are gone between two that are there."""
    zh, en = _NAMES[table]
    if first >= last:
        return Fault("missing", f"{zh}第 {first} 笔被删除了。", f"Row {first} of {en} is missing.")
    return Fault(
        "missing", f"{zh}第 {first} 至 {last} 笔被删除了。", f"Rows {first} to {last} of {en} are missing."
    )


def cut_off(table: str, rows: int, said: int) -> Fault:
    """The last rows are gone."""
    zh, en = _NAMES[table]
    return Fault(
        "missing",
        f"{zh}末尾少了 {said - rows} 笔：应有 {said} 笔，现有 {rows} 笔，缺的从最后一笔之后开始。",
        f"The last {said - rows} of {en} are missing: there should be {said} rows, and there are {rows}.",
    )


def added(table: str, number: int) -> Fault:
    """Rows stand behind the last one that the program wrote."""
    zh, en = _NAMES[table]
    return Fault(
        "inserted",
        f"{zh}第 {number} 笔起不是本程序写的。",
        f"From row {number} on, {en} were not written by this program.",
    )


def other_end(table: str) -> Fault:
    """As many rows as there should be, with another last digest: computed anew from some row on."""
    zh, en = _NAMES[table]
    return Fault(
        "rewritten",
        f"{zh}的最后一笔与封存的不同：有人改动后重新计算了整条链。请与结账证明或备份核对。",
        f"{en[0].upper()}{en[1:]} do not end as sealed: somebody changed rows and computed the chain anew. "
        "Compare the certificates of closed months, or a backup.",
    )


def rewritten(number: int, seconds: object) -> Fault:
    """The ledger did not end so when it was written down how it ended."""
    at = f"{moment_of(seconds):%Y-%m-%d %H:%M}" if isinstance(seconds, int) else str(seconds)
    return Fault(
        "rewritten",
        f"奖罚账第 {number} 笔或之前被改写：{at} 记下的结尾与现在不同。",
        f"Row {number} of the ledger, or one before it, was rewritten: it ended otherwise at {at}.",
    )


def shorter(rows: int, said: int) -> Fault:
    """The ledger was longer once."""
    return Fault(
        "missing",
        f"奖罚账末尾少了 {said - rows} 笔：曾有 {said} 笔，现有 {rows} 笔。",
        f"The last {said - rows} rows of the ledger are missing: there were {said}, and there are {rows}.",
    )


def no_head() -> Fault:
    """Nothing says how the books end."""
    return Fault(
        "head",
        "账本的封条（ledger_head）不见了或读不懂，末尾是否缺行已无法判断。",
        "The head of the books (ledger_head) is gone or unreadable; whether last rows are missing cannot be told.",
    )


def seal() -> Fault:
    """The head was not written by this program."""
    return Fault(
        "seal",
        "账本的封条不是本程序盖的：有人直接改了 ledger_head。",
        "The seal of the books was not made by this program: ledger_head was changed directly.",
    )


def other_key() -> Fault:
    """The head was sealed with another key."""
    return Fault(
        "key",
        "账本是用另一把密钥封存的。如果密钥确实换过，请运行 crm verify --reseal；否则就是有人改过封条。",
        "The books are sealed with another key. If the key was changed on purpose, run crm verify --reseal; "
        "otherwise somebody changed the seal.",
    )


def version(name: str) -> Fault:
    """The kept text of a rulebook is not the one that its name was made from."""
    return Fault(
        "version", f"规则版本 {name} 的内容被改动过。", f"The text of rulebook version {name} was changed."
    )


def closing(month: str) -> Fault:
    """What is booked in a closed month is not what was closed."""
    return Fault(
        "closing",
        f"{month} 结账时的笔数、金额或摘要与账上不符。",
        f"What is booked in {month} is not what was closed: count, amount or digest differ.",
    )


def calendar(month: str) -> Fault:
    """The calendar of a closed month is not the one whose digest was kept."""
    return Fault(
        "calendar",
        f"{month} 结账所用的日历被改动过。",
        f"The calendar that {month} was closed with was changed.",
    )


def guard(name: str) -> Fault:
    """A trigger is not there, or does nothing."""
    return Fault(
        "guard",
        f"数据库的保护（触发器 {name}）被删除、停用或改写。请恢复备份，或请开发者重建。",
        f"The trigger {name} that protects the books was dropped, switched off or rewritten.",
    )

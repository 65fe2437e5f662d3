"""What the law says of the terms of a probation and of notice (rulebook 10; Labour Contract Law Art. 19, 21, 37)."""

from collections.abc import Sequence
from decimal import Decimal

from crm.rulebook.law import Position

MONTHS_A_YEAR = 12
NOTICE_DAYS = 30
NOTICE_DAYS_IN_PROBATION = 3
_ART_19 = ("《劳动合同法》第19条", "Labour Contract Law, Art. 19")
_LIMITS: Sequence[tuple[int, int]] = ((36, 6), (12, 2), (3, 1))
"""From so many months of contract on, at most so many months of probation; the longest contract first."""


def longest_probation(contract_years: Decimal) -> int:
    """The most months of probation for a contract of so many years; 0 where there can be none (Art. 19)."""
    months = contract_years * MONTHS_A_YEAR
    return next((most for least, most in _LIMITS if months >= least), 0)


def notice_days(on_probation: bool) -> int:
    """How many days before the last one somebody has to say that they leave (Art. 37)."""
    return NOTICE_DAYS_IN_PROBATION if on_probation else NOTICE_DAYS


def terms_of_probation(contract_years: Decimal, months: int, employed_before: bool) -> list[Position]:
    """What is wrong with a probation of so many months; nothing for one that the law allows."""
    if months == 0:
        return []
    found = []
    most = longest_probation(contract_years)
    if months > most:
        found.append(_red(*_too_long(months, most)))
    if employed_before:
        found.append(
            _red(
                "同一用人单位与同一劳动者只能约定一次试用期，再次入职不能再约定试用期。",
                "One employer may agree only one probation with a person; after a re-hire there is none.",
            )
        )
    return found


def _too_long(months: int, most: int) -> tuple[str, str]:
    if most == 0:
        return (
            "合同不满三个月的，不得约定试用期。",
            "A contract of less than three months allows no probation.",
        )
    return (
        f"这份合同的试用期最长 {most} 个月，现在约定了 {months} 个月。",
        f"This contract allows a probation of at most {most} months, not {months}.",
    )


def _red(zh: str, en: str) -> Position:
    return Position(None, "red", *_ART_19, zh, en)


EXTENDED = Position(
    None,
    "amber",
    *_ART_19,
    "试用期只能约定一次。延长须在试用期内经本人书面同意，且总长不超过法定上限，仍可能被认定为第二次约定。",
    "A probation is agreed once. Lengthening it needs the person's consent in writing, within the probation and the "
    "legal maximum, and may still be taken for a second one.",
)
ENDED = Position(
    None,
    "amber",
    "《劳动合同法》第21、39条",
    "Labour Contract Law, Art. 21, 39",
    "试用期内解除须证明本人不符合录用条件，并说明理由；仅凭业绩排名不足以证明。",
    "Ending the employment in probation needs proof that the person does not meet the conditions of hiring, and the "
    "reason is told; a rank in sales does not prove it.",
)
POSITIONS = {"extend": EXTENDED, "end": ENDED}
"""What the law says of a decision on a probation, by its kind; nothing speaks against a confirmation."""


def notice_position(on_probation: bool) -> Position:
    """What the law says of an application to leave."""
    days = notice_days(on_probation)
    zh = "试用期内提前 3 日通知即可离职。" if on_probation else "提前 30 日书面通知即可离职，不需要公司批准。"
    en = (
        "In probation 3 days of notice are enough to leave."
        if on_probation
        else f"{days} days of notice in writing are enough to leave; the company's consent is not needed."
    )
    return Position(None, "", "《劳动合同法》第37条", "Labour Contract Law, Art. 37", zh, en)

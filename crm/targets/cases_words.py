"""How misconduct is said, on pages and in the letter."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.targets.cases_models import DROPPED, ESPECIALLY, SERIOUS

STATES = {
    "reported": lazy_gettext("已报告，待听取说明"),
    "asked": lazy_gettext("待本人说明"),
    "answered": lazy_gettext("待决定"),
    "waits": lazy_gettext("待第二人同意"),
    SERIOUS: lazy_gettext("严重"),
    ESPECIALLY: lazy_gettext("情节特别严重"),
    DROPPED: lazy_gettext("不予处理"),
}
STATE_KINDS = {
    "reported": "waits",
    "asked": "waits",
    "answered": "waits",
    "waits": "waits",
    SERIOUS: "deduction",
    ESPECIALLY: "deduction",
    DROPPED: "none",
}
OWN_STATES = STATES | {
    "answered": lazy_gettext("说明已提交，待决定"),
    "waits": lazy_gettext("说明已提交，待决定"),
}
"""To the person concerned a decision that does not stand yet is none."""


def law_lines() -> list[tuple[str, str, str]]:
    """What the law asks beside the decision: sentence, flag and article."""
    return [
        (
            _(
                "辞退只能依据已经民主程序制定并公示的制度，且须属严重违反制度，或严重失职、营私舞弊并造成重大损害；由公司举证。"
            ),
            "amber",
            _("《劳动合同法》第 4 条、第 39 条"),
        ),
        (
            _(
                "辞退前应当事先将理由通知工会，工会要求纠正的，公司应研究其意见并书面答复。没有通知的辞退可能违法。"
            ),
            "amber",
            _("《劳动合同法》第 43 条"),
        ),
    ]


def letter_sentence(verdict: str) -> str:
    """What the letter decides."""
    if verdict == ESPECIALLY:
        return _(
            "经查属实，情节特别严重。公司决定给予您严重书面警告，取消当年评优资格，并依照《劳动合同法》第 39 条解除劳动合同。"
        )
    return _("经查属实，情节严重。公司决定给予您严重书面警告，并取消当年评优资格。")

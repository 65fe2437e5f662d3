"""What the law says of an entry (rulebook 10): the lawful amount, a flag, the article and a sentence.

An entry is a proposal of the company's own rules; this stands beside it. A flag is `red` where the law gives the
employer no such power, `amber` where it depends on what was agreed and done, empty where nothing speaks against it.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Flag = Literal["red", "amber", ""]


@dataclass(frozen=True)
class Position:
    """What the law makes of an amount: `lawful` in fen, None where no money moves or the amount is not known."""

    lawful: int | None
    flag: Flag
    article_zh: str
    article_en: str
    zh: str
    en: str

    def article(self, lang: str) -> str:
        """The article, empty where none speaks against it."""
        return self.article_en if lang == "en" else self.article_zh

    def sentence(self, lang: str) -> str:
        """What it means, for the person concerned."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class _View:
    flag: Flag
    article_zh: str
    article_en: str
    zh: str
    en: str

    def of(self, amount: int | None) -> Position:
        lawful = 0 if self.flag == "red" else amount
        return Position(lawful, self.flag, self.article_zh, self.article_en, self.zh, self.en)


_FINE = _View(
    "red",
    "《工资支付暂行规定》第15、16条",
    "Interim Provisions on Payment of Wages, Art. 15, 16",
    "用人单位没有罚款权，工资只能因本人造成的、已证明的损失而扣除。",
    "An employer has no power to fine; wages may only be cut for a proven loss that the person caused.",
)
_WORKED = _View(
    "red",
    _FINE.article_zh,
    _FINE.article_en,
    "当天实际上班的工资不能因日报虚假而扣除。",
    "Pay for hours that were worked may not be cut because a report was false.",
)
_NOT_WORKED = _View(
    "",
    "",
    "",
    "当天没有上班，没有提供劳动的时间可以不付工资。",
    "The person did not work that day; hours that were not worked need not be paid.",
)
_RESIGNED = _View(
    "red",
    "《劳动合同法》第25、37、90条",
    "Labour Contract Law, Art. 25, 37, 90",
    "提前辞职只赔偿已证明的实际损失，不能约定违约金，也不能扣发已挣得的工资和奖金；试用期内提前 3 天通知即可。",
    "Leaving early costs only a proven loss: no penalty can be agreed, and earned pay and bonus stay earned. "
    "During probation 3 days of notice are enough.",
)
_AGREED = _View(
    "amber",
    "《劳动合同法》第4条",
    "Labour Contract Law, Art. 4",
    "浮动工资须事先约定，考核办法须经民主程序并公示，实发工资不得低于当地最低工资。",
    "Variable pay must have been agreed, its rules discussed and published, and what is paid must not fall below "
    "the local minimum wage.",
)
_LAST_PLACE = _View(
    "amber",
    "《劳动合同法》第35、40条",
    "Labour Contract Law, Art. 35, 40",
    "仅凭排名末位不能证明不胜任工作，通知书应列明事实；调整岗位须书面协商一致。",
    "Being last does not by itself prove that somebody cannot do the work: the notice lists facts, and a change of "
    "post needs consent in writing.",
)
_DISMISSAL = _View(
    "amber",
    "《劳动合同法》第39、43条",
    "Labour Contract Law, Art. 39, 43",
    "辞退须有严重违纪的证据和已公示的制度，并事先将理由通知工会。",
    "A dismissal needs proof of a grave breach of published rules, and the union is told the reason beforehand.",
)
_GRANTED = _View("", "", "", "奖励按公司制度发放。", "A reward is paid as the company's rules say.")
_NO_MONEY = _View("", "", "", "不涉及工资扣款。", "No pay is deducted.")

VIEWS = MappingProxyType(
    {
        "two-deposits-day": _GRANTED,
        "two-deposits-3-days": _GRANTED,
        "six-groups-no-deposit": _FINE,
        "holding-drought": _FINE,
        "subscription-drought": _FINE,
        "callin-missed": _FINE,
        "followup-missed": _FINE,
        "report-false": _WORKED,
        "report-untracked": _FINE,
        "quota-missed": _AGREED,
        "training-notice": _LAST_PLACE,
        "early-confirmation": _NO_MONEY,
        "severe-warning": _NO_MONEY,
        "award-ineligible": _NO_MONEY,
        "dismissal": _DISMISSAL,
        "resignation-deduction": _RESIGNED,
    }
)


def law_of(rule: str, amount: int | None, *, worked: bool = True) -> Position:
    """The law's view of an entry of this rule and amount in fen (None: none, or not known).

    `worked` says whether the person worked on the entry's date; only 5.1 depends on it. KeyError for an unknown
    rule.
    """
    view = VIEWS[rule]
    if view is _WORKED and not worked:
        view = _NOT_WORKED
    return view.of(amount)


def monthly_cap(wage: int, minimum_wage: int) -> int:
    """The most, in fen, that a booked and proven loss may take from a month's wage (工资支付暂行规定 Art. 16).

    The smaller of 20 % of the wage and what it exceeds the local minimum wage by, never below 0; whole fen, rounded
    down so that the cap is never passed.
    """
    return max(0, min(wage // 5, wage - minimum_wage))

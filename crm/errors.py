"""What can go wrong in the program's own terms.

Each class is told the values concerned and writes its own sentence, in Chinese and in English: what
happened, why, and what to do next. None logs, none knows Flask; `crm.web` turns them into pages and `crm.cli`
into lines.
"""

from collections.abc import Mapping


class CrmError(Exception):
    """Something a person can be told. `status` is what the browser gets."""

    status = 400

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def sentence(self, lang: str = "zh") -> str:
        """The sentence in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


class Refused(CrmError):
    """This person may not do this. Nothing was changed."""

    status = 403

    def __init__(self, zh: str = "您没有权限进行这项操作。", en: str = "You may not do this.") -> None:
        super().__init__(zh, en)


class NotFound(CrmError):
    """There is no such thing, or none that this person may see; which of the two is not said."""

    status = 404

    def __init__(self, zh: str = "找不到您要的内容。", en: str = "There is no such thing here.") -> None:
        super().__init__(zh, en)


class Conflict(CrmError):
    """Somebody else was first: what the person saw is no longer so."""

    status = 409


class Stale(Conflict):
    """The row was saved by someone else since the form was opened.

    `stored` are the values as they are now, `typed` those of the form, for the page that shows both.
    """

    def __init__(self, stored: Mapping[str, object], typed: Mapping[str, object]) -> None:
        super().__init__(
            "别人刚刚保存了这条记录。请对照两个版本后再保存。",
            "Someone else has just saved this record. Compare the two versions, then save again.",
        )
        self.stored = dict(stored)
        self.typed = dict(typed)


class Invalid(CrmError):
    """What was typed breaks a rule; `field` names where the sentence belongs (empty: the whole form)."""

    status = 422

    def __init__(self, zh: str, en: str, field: str = "") -> None:
        super().__init__(zh, en)
        self.field = field


class TooMany(CrmError):
    """Too often in too short a time; `seconds` is how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"尝试过于频繁，请 {seconds} 秒后再试。", f"Too many attempts. Try again in {seconds} seconds."
        )
        self.seconds = seconds


class Misconfigured(CrmError):
    """The program cannot start as it is set up."""

    status = 500


class StoreProblem(CrmError):
    """The database cannot be used as it is."""

    status = 503

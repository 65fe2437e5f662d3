"""A form that is sent twice is done once.

Each form carries a key of its own (`idem_key`). The first time its answer is kept with it, in the act itself; sent
again, by a second tap or from a queue, it gets that answer and nothing happens. Kept for three days.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from crm.errors import Conflict
from crm.people.accounts import DoneOnce
from crm.transactions import atomic

KEY = "idem_key"
KEPT = dt.timedelta(days=3)
LONGEST_KEY = 64
_NOT_CONTENT = frozenset({KEY, "csrf_token"})
Answer = dict[str, Any]
_C = DoneOnce.__table__.c
# Every form asks these, so they are put together once.
_DONE = select(_C.body_hash, _C.answer).where(_C.actor == bindparam("whose"), _C.key == bindparam("which"))
_FORGET = delete(DoneOnce).where(
    _C.actor == bindparam("whose"), _C.at < bindparam("before", type_=_C.at.type)
)
_KEEP = insert(DoneOnce)


def once(actor: str, form: Mapping[str, Any], at: dt.datetime, act: Callable[[], Answer]) -> Answer:
    """Do `act` in one atomic act, unless that person sent this very form before; gives its (first) answer.

    The answer must be JSON. A form without a key is simply done. `Conflict` where the key was used for a form
    with another content. An error in `act` keeps nothing, so that the form can be sent again.
    """
    key = str(form.get(KEY, ""))[:LONGEST_KEY]
    with atomic() as session:
        if not key:
            return act()
        content = content_hash(form)
        connection = session.connection()
        done = connection.execute(_DONE, {"whose": actor, "which": key}).one_or_none()
        if done is not None:
            if done.body_hash != content:
                raise _used()
            return dict(done.answer)
        answer = act()
        connection.execute(_FORGET, {"whose": actor, "before": at - KEPT})
        kept = {"actor": actor, "key": key, "body_hash": content, "answer": answer, "at": at}
        connection.execute(_KEEP, kept)
        return answer


def content_hash(form: Mapping[str, Any]) -> str:
    """A hash of what was typed, without the tokens."""
    lists = form.lists() if hasattr(form, "lists") else form.items()
    typed = sorted((name, values) for name, values in lists if name not in _NOT_CONTENT)
    return hashlib.sha256(json.dumps(typed, ensure_ascii=False, default=str).encode()).hexdigest()


def _used() -> Conflict:
    return Conflict(
        "这张表单已经提交过，内容与这次不同。请刷新页面后再填写。",
        "This form was sent before with another content. Reload the page, then fill it in again.",
    )

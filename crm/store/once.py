"""A form that is sent twice does its work once.

Every POST form carries a random `idem_key`. Inside the act, `once` either finds the answer that the same key
got before, or keeps the answer of the work that is done now, in the same transaction: after a crash there is
both or neither.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, select

from crm.errors import Conflict
from crm.people.accounts import DoneOnce
from crm.transactions import atomic

KEPT = dt.timedelta(days=2)
LONGEST_KEY = 255


def once(
    actor: str, key: str, form: Mapping[str, Any], at: dt.datetime, work: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The answer of `work`, which is done only the first time that this person sends this key.

    The answer is what the page needs to go on, such as an id, as plain JSON values. `Conflict` where the key
    comes again with another content. An error in `work` keeps nothing, so that the corrected form may be sent.
    """
    if not key or len(key) > LONGEST_KEY:
        with atomic():
            return work()
    body = _hash(form)
    with atomic() as session:
        done = session.scalar(select(DoneOnce).where(DoneOnce.actor == actor, DoneOnce.key == key))
        if done is not None:
            if done.body_hash != body:
                raise Conflict(
                    "这张表单已经提交过,内容却不一样。请刷新后再填。",
                    "This form was sent before with another content. Reload it, then fill it in again.",
                )
            return done.answer
        answer = work()
        session.execute(delete(DoneOnce).where(DoneOnce.at < at - KEPT))
        session.add(DoneOnce(actor=actor, key=key, body_hash=body, answer=answer, at=at))
        return answer


def _hash(form: Mapping[str, Any]) -> str:
    kept = {name: str(value) for name, value in form.items() if name not in ("csrf_token", "idem_key")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

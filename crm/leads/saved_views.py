"""Saved views: a list's filters under a name, for oneself."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, func, select

from crm.errors import Conflict, NotFound
from crm.extensions import db
from crm.leads.models import SavedView, saved_views_visible_to
from crm.people.accounts import Account
from crm.transactions import atomic

MOST = 20


def views_of(user: Account, page: str) -> Sequence[Row[Any]]:
    """The person's views of that page, by name."""
    return db.session().connection().execute(_of_page(user.account_id, page)).all()


@lru_cache(maxsize=256)
def _of_page(account_id: int, page: str) -> Select[Any]:
    """Put together once a person, because each list asks it."""
    columns = SavedView.__table__.c
    query = saved_views_visible_to(account_id).where(SavedView.page == page).order_by(SavedView.name)
    return query.with_only_columns(columns.view_id, columns.name, columns["query"])


def save(user: Account, page: str, name: str, query: Mapping[str, str]) -> None:
    """Keep the filters under that name; a view of the same name is replaced."""
    with atomic() as session:
        mine = saved_views_visible_to(user.account_id).where(SavedView.page == page)
        stored = session.scalar(mine.where(SavedView.name == name))
        if stored is None:
            if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
                raise Conflict(
                    f"最多保存 {MOST} 个视图，请先删掉几个。",
                    f"At most {MOST} views are kept; delete some first.",
                )
            stored = SavedView(account_id=user.account_id, page=page, name=name)
            session.add(stored)
        stored.query = dict(query)


def forget(user: Account, view_id: int) -> None:
    """Delete one of the person's own views."""
    with atomic() as session:
        stored = session.scalar(saved_views_visible_to(user.account_id).where(SavedView.view_id == view_id))
        if stored is None:
            raise NotFound
        session.delete(stored)

"""Where the pages of misconduct and awards hang, and which rights open them."""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from crm.clock import now
from crm.people.signed_in import me
from crm.permissions import Permission
from crm.store.once import once

blueprint = Blueprint("cases", __name__)
Page = str | Response | tuple[str, int]
DECIDE = (Permission.PROJECT_CASES_DECIDE, Permission.ALL_CASES_DECIDE)
READ = (Permission.OWN_CASES_READ, Permission.PROJECT_CASES_READ, Permission.ALL_CASES_READ)


def do_once(act: Callable[[], str | None]) -> str:
    """Do what the form that was sent asks for, once; gives the id that it gave."""
    return str(once(me().actor, request.form, now(), lambda: {"id": act() or ""})["id"])

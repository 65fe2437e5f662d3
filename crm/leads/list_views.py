"""The list of customers: search, filters, saved views."""

import re
from urllib.parse import urlencode

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from crm.clock import today
from crm.leads import list_drawing as _list_drawing  # noqa: F401 - what the template calls
from crm.leads import saved_views
from crm.leads.blueprint import blueprint
from crm.leads.forms import CHANNELS, GRADES, ViewForm
from crm.leads.list_queries import MANY, Listed, Wanted, customers_list
from crm.leads.page_queries import consultants
from crm.people.signed_in import me
from crm.permissions import Permission as P
from crm.permissions import requires
from crm.web import say

Page = str | Response | tuple[str, int]
PAGE_NAME = "customers"
SEARCH = "customer_search"
ON = "on"


@blueprint.get("/customers")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def customers() -> Page:
    """One's own customers, a manager's those of the project."""
    wanted = Wanted.of(_asked())
    return _page(wanted, customers_list(me(), wanted, today()))


def _asked() -> MultiDict[str, str]:
    """What the address asks for; a long number is kept in the session, because addresses end up in logs."""
    asked = request.args.copy()
    if asked.get("search") == ON:
        asked["q"] = session.get(SEARCH, "")
    return asked


@blueprint.post("/customers/search")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def search() -> Page:
    """Search as one types. No whole number ever stands in an address."""
    wanted = Wanted.of(request.form)
    address = _address(wanted)
    if request.headers.get("HX-Request"):
        part = _page(wanted, customers_list(me(), wanted, today()), part=True)
        return Response(part, headers={"HX-Replace-Url": address})
    return redirect(address, 303)


def _is_long(q: str) -> bool:
    """Whether it could be a whole number, which must not stand in an address."""
    return len(re.findall(r"\d", q)) > 6


def _address(wanted: Wanted) -> str:
    query = wanted.filters()
    if _is_long(wanted.q):
        session[SEARCH] = wanted.q
        query["search"] = ON
    elif wanted.q:
        query["q"] = wanted.q
    return url_for("leads.customers") + (f"?{urlencode(query)}" if query else "")


def _page(wanted: Wanted, listed: Listed, part: bool = False) -> str:
    manages = me().may(P.PROJECT_CUSTOMERS_READ)
    following = _address(wanted)
    following += ("&" if "?" in following else "?") + urlencode({"after": listed.next})
    return render_template(
        "leads/_list.html" if part else "leads/customers.html",
        wanted=wanted,
        listed=listed,
        many=MANY,
        manages=manages,
        searching=_is_long(wanted.q),
        may=me().may,
        P=P,
        people=consultants(me(), today()) if manages and not part else [],
        grades=[(grade, grade) for grade in GRADES],
        channels=[(str(channel), channel) for channel in CHANNELS],
        views=[] if part else saved_views.views_of(me(), PAGE_NAME),
        here_address=_address(wanted),
        next_address=following if listed.next else None,
    )


@blueprint.post("/customers/views")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def save_view() -> Page:
    """Keep the present filters under a name."""
    wanted, form = Wanted.of(request.form), ViewForm()
    if form.validate_on_submit():
        saved_views.save(me(), PAGE_NAME, form.name.data.strip(), wanted.filters())
        say(_("视图已保存。"))
    else:
        say(_("请给视图起个名字，最多 30 个字。"), kind="bad")
    return redirect(_address(wanted), 303)


@blueprint.post("/customers/views/<int:view_id>/delete")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def delete_view(view_id: int) -> Page:
    """Forget one of one's own views."""
    saved_views.forget(me(), view_id)
    say(_("视图已删除。"))
    return redirect(url_for("leads.customers"), 303)

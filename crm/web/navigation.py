"""The places of the program: the bar at the left, the bar at the bottom, and the rest behind Me.

A place is shown where its page exists and the page's own permissions open it to this person, so the bar cannot
promise what the page refuses. To add a page, add a line: places stand in the order of the table, the first
eight (with Me) in the bar.
"""

from dataclasses import dataclass

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup

from crm.people.trades import trades_of
from crm.permissions import allows, declared
from crm.web.i18n import current_lang

MOST = 8
BEGINS_WITH = {"front_desk": "arrivals", "manager": "board", "store_manager": "board"}


@dataclass(frozen=True)
class Place:
    """A place: its word, its icon, and the first of these endpoints that exists and is open to the person.

    `trades`: it shows only where the person has to do with one of these trades; empty: with any.
    """

    key: str
    label: LazyString
    icon: str
    endpoints: tuple[str, ...]
    trades: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Link:
    """A place as it stands on one page."""

    key: str
    label: str
    icon: str
    url: str
    current: bool


def _place(
    key: str, label: LazyString, icon: str, *endpoints: str, trades: frozenset[str] = frozenset()
) -> Place:
    return Place(key, label, icon, endpoints, trades)


_ = lazy_gettext
_PROPERTY = frozenset({"property", "auto"})  # a car dealer's reception and deals are these same pages
_FURNITURE = frozenset({"furniture"})

PLACES = (
    _place("today", _("今日"), "list-check", "leads.today"),
    _place("customers", _("客户"), "users", "leads.customers"),
    _place("arrivals", _("到访"), "door-exit", "leads.arrivals"),
    _place("reception", _("轮接"), "users-plus", "reception.queue", trades=_PROPERTY),
    _place("deals", _("成交"), "layout-kanban", "deals.board", trades=_PROPERTY),
    _place("stock", _("房源"), "building-skyscraper", "stock.board", trades=_PROPERTY),
    _place("report", _("日报"), "file-text", "daily.mine"),
    _place("orders", _("订单"), "armchair", "orders.listed", trades=_FURNITURE),
    _place("prices", _("价目"), "tags", "orders.prices", trades=_FURNITURE),
    _place("closing", _("打烊检查"), "lock", "orders.closing", trades=_FURNITURE),
    _place("shop_notes", _("上报"), "flag", "orders.notes", trades=_FURNITURE),
    _place("sellers", _("畅滞销"), "chart-bar", "orders.sellers_page", trades=_FURNITURE),
    _place("board", _("看板"), "clipboard-list", "daily.board"),
    _place("waivers", _("审批"), "shield-check", "leads.waivers"),
    _place("receipts", _("收款"), "receipt", "stock.day", trades=_PROPERTY),
    _place("entries", _("奖罚"), "coin-yuan", "penalties.mine", "penalties.project", "penalties.all"),
    _place("statement", _("工资单"), "wallet", "pay.mine"),
    _place("payroll", _("工资表"), "cash", "pay.month"),
    _place("decisions", _("发放决定"), "scale", "pay.decide_list"),
    _place("objections", _("异议"), "hand-stop", "objections.listed"),
    _place("months", _("结账"), "lock", "months.listed"),
    _place("rulebook", _("规则手册"), "book", "rulebook.shown"),
    _place("roster", _("排班"), "calendar", "people.roster", "people.my_roster"),
    _place("targets", _("任务"), "target", "targets.sheet", "targets.mine"),
    _place("training", _("培训"), "school", "training.listed"),
    _place("cases", _("违规"), "flag", "cases.listed", "cases.mine"),
    _place("awards", _("评优"), "award", "cases.awards"),
    _place("probation", _("试用期"), "hourglass", "probation.listed", "probation.mine"),
    _place("leaving", _("离职"), "logout", "leaving.listed"),
    _place("pool", _("公海"), "world", "pool.listed"),
    _place("disputes", _("判单"), "gavel", "disputes.listed"),
    _place("staff", _("员工"), "id-badge-2", "people.staff_list"),
    _place("losses", _("赔偿损失"), "file-alert", "pay.loss_list"),
    _place("plans", _("提成方案"), "percentage", "pay.plan_list"),
    _place("pay_law", _("工资与法律"), "certificate", "pay.law"),
    _place("calendar", _("日历"), "calendar-event", "people.calendar"),
    _place("case_files", _("判单卷宗"), "file-text", "case_files.listed"),
    _place("accounts", _("账号"), "key", "admin.accounts"),
    _place("import", _("导入"), "file-import", "exchange.upload"),
    _place("audit", _("审计"), "history", "admin.audit"),
    _place("jobs", _("夜间任务"), "clock", "penalties.nightly"),
    _place("settings", _("设置"), "settings", "admin.settings"),
    _place("doctor", _("体检"), "heartbeat", "operations.doctor"),
)
ME = _place("me", _("我的"), "user", "web.me")
PLUS = _place("plus", _("新客户"), "plus", "leads.new_customer")
SIGN_IN_LINKS = (
    _place("password", _("修改密码"), "key", "people.password"),
    _place("factor", _("两步验证"), "shield-lock", "people.factor"),
    _place("sessions", _("登录设备"), "lock", "people.sessions"),
)


@dataclass(frozen=True)
class Opened:
    """A place that is open to a role, before it is known which page is shown."""

    place: Place
    endpoint: str
    url: str
    label: str


def _open_endpoint(place: Place) -> str | None:
    for endpoint in place.endpoints:
        view = current_app.view_functions.get(endpoint)
        permissions = declared(view) if view else None
        if permissions is not None and (not permissions or allows(current_user, *permissions)):
            return endpoint
    return None


def _of_trade(place: Place, trades: frozenset[str]) -> bool:
    return not place.trades or not trades or not trades.isdisjoint(place.trades)


def _opened() -> dict[str, Opened]:
    """What is open to the role in its trades, in the person's language; found once for all who share these."""
    kept: dict[tuple[object, ...], dict[str, Opened]] = current_app.extensions["places"]
    trades = trades_of(current_user)
    key = (current_user.role, current_lang(), request.script_root, trades)
    if key not in kept:
        kept[key] = {
            place.key: Opened(place, endpoint, url_for(endpoint), str(place.label))
            for place in (*PLACES, ME, PLUS, *SIGN_IN_LINKS)
            if _of_trade(place, trades) and (endpoint := _open_endpoint(place))
        }
    return kept[key]


def _links(places: tuple[Place, ...]) -> list[Link]:
    opened = _opened()
    return [_link(opened[place.key]) for place in places if place.key in opened]


def _link(opened: Opened) -> Link:
    place, url = opened.place, opened.url
    here = request.endpoint == opened.endpoint or (url != "/" and request.path.startswith(f"{url}/"))
    return Link(place.key, opened.label, place.icon, url, here)


def places() -> list[Link]:
    """The bar at the left: at most eight, the last of them Me."""
    return [*_links(PLACES)[: MOST - 1], *_links((ME,))]


def tabs() -> list[Link]:
    """The bar at the bottom: Today, Customers, the plus, Deals (or Orders), Me; what a role lacks is filled by its next place."""
    links = {link.key: link for link in _links(PLACES)}
    third = "deals" if "deals" in links else "orders"
    chosen = [links.pop(key) for key in ("today", "customers", third) if key in links]
    plus = _links((PLUS,))
    chosen += list(links.values())[: 4 - len(plus) - len(chosen)]
    chosen = chosen[: 4 - len(plus)]
    return [*chosen[:2], *plus, *chosen[2:], *_links((ME,))]


def behind_me() -> tuple[list[Link], list[Link]]:
    """What the bars do not show: first what only the bar at the bottom lacks, then what both lack."""
    left = {link.key for link in places()}
    below = {link.key for link in tabs()}
    others = [link for link in _links(PLACES) if link.key not in below]
    return [link for link in others if link.key in left], [link for link in others if link.key not in left]


def sign_in_links() -> list[Link]:
    """The pages about the person's own sign-in."""
    return _links(SIGN_IN_LINKS)


def home_url() -> str:
    """Where this person begins: where the role's work is, else the first place that is open."""
    links = {link.key: link.url for link in _links((*PLACES, ME))}
    first = BEGINS_WITH.get(current_user.role, "")
    return links[first] if first in links else next(iter(links.values()), "/")


def theme() -> str:
    """light or dark as chosen on this device; empty: as the system has it."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def person_key() -> str:
    """Whose drafts the browser keeps; empty when nobody is signed in."""
    return str(current_user.actor) if current_user.is_authenticated else ""


def navigation_bar(template: str) -> Markup:
    """A drawn bar: the same for everybody of a role on the same place, so it is drawn once."""
    opened = _opened()
    here = next((key for key, one in opened.items() if _link(one).current), "")
    kept: dict[tuple[object, ...], Markup] = current_app.extensions["bars"]
    key = (template, current_user.role, current_lang(), request.script_root, trades_of(current_user), here)
    if key not in kept:
        kept[key] = Markup(render_template(template))
    return kept[key]


def init_app(app: Flask) -> None:
    """Let templates draw the bars."""
    app.extensions["places"] = {}
    app.extensions["bars"] = {}
    app.jinja_env.globals.update(
        places=places,
        tabs=tabs,
        navigation_bar=navigation_bar,
        home_url=home_url,
        theme=theme,
        person_key=person_key,
    )

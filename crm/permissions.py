"""Who may do what: one vocabulary, one table, one decorator.

A permission reads `scope:resource:action`. Scope `own` means owner, author or subject; `project` the
person's own project; `all` the company. A page says which permissions open it (any one of them will do);
which rows it then shows is decided by the `*_visible_to(user)` select beside each model, which asks `reach`.
Nothing is open by default: an endpoint that declares neither `@requires` nor `@public` is refused.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, TypeVar

Scope = Literal["all", "project", "own"]
View = TypeVar("View", bound=Callable[..., object])
_DECLARED = "crm_permissions"


class User(Protocol):
    """What a right depends on; `crm.people.accounts.Account` is one."""

    @property
    def role(self) -> str: ...
    @property
    def project(self) -> str | None: ...
    @property
    def staff_id(self) -> str | None: ...


class Who(NamedTuple):
    """What a right depends on and nothing else, so that what was made for somebody can be found again."""

    role: str
    project: str | None
    staff_id: str | None

    @classmethod
    def of(cls, user: User) -> "Who":
        """Of that user as of now."""
        return cls(user.role, user.project, user.staff_id)


class Permission(StrEnum):
    """Everything that can be allowed."""

    OWN_SIGN_IN = "own:account:write"

    OWN_CUSTOMERS_READ = "own:customers:read"
    PROJECT_CUSTOMERS_READ = "project:customers:read"
    OWN_CUSTOMERS_WRITE = "own:customers:write"
    PROJECT_CUSTOMERS_WRITE = "project:customers:write"
    OWN_CUSTOMERS_REGISTER = "own:customers:register"
    PROJECT_CUSTOMERS_REGISTER = "project:customers:register"
    OWN_CUSTOMERS_REVEAL = "own:customers:reveal"
    PROJECT_CUSTOMERS_REVEAL = "project:customers:reveal"
    PROJECT_CUSTOMERS_HAND_OVER = "project:customers:hand_over"
    PROJECT_CUSTOMERS_ERASE = "project:customers:erase"
    PROJECT_ARRIVALS_READ = "project:arrivals:read"
    PROJECT_BUYERS_READ = "project:buyers:read"
    OWN_CONTACTS_WRITE = "own:contacts:write"
    OWN_DUTIES_READ = "own:duties:read"
    PROJECT_DUTIES_READ = "project:duties:read"

    OWN_REPORTS_READ = "own:reports:read"
    OWN_REPORTS_WRITE = "own:reports:write"
    PROJECT_REPORTS_READ = "project:reports:read"
    PROJECT_REPORTS_MARK_FALSE = "project:reports:mark_false"

    OWN_WAIVERS_ASK = "own:waivers:ask"
    PROJECT_WAIVERS_SIGN = "project:waivers:sign"

    OWN_DEALS_READ = "own:deals:read"
    OWN_DEALS_WRITE = "own:deals:write"
    PROJECT_DEALS_READ = "project:deals:read"
    PROJECT_DEALS_WRITE = "project:deals:write"
    PROJECT_DEALS_APPROVE = "project:deals:approve"
    PROJECT_RECEIPTS_WRITE = "project:receipts:write"

    OWN_ORDERS_READ = "own:orders:read"
    OWN_ORDERS_WRITE = "own:orders:write"
    PROJECT_ORDERS_READ = "project:orders:read"
    PROJECT_ORDERS_SIGN = "project:orders:sign"
    PROJECT_ORDERS_STAMP = "project:orders:stamp"
    ALL_PRICES_READ = "all:prices:read"
    ALL_PRICES_WRITE = "all:prices:write"
    OWN_SHOP_READ = "own:shop:read"
    OWN_SHOP_WRITE = "own:shop:write"
    PROJECT_SHOP_READ = "project:shop:read"
    PROJECT_SHOP_ANSWER = "project:shop:answer"

    PROJECT_RECEPTION_READ = "project:reception:read"
    PROJECT_RECEPTION_WRITE = "project:reception:write"
    PROJECT_POOL_READ = "project:pool:read"
    PROJECT_POOL_CLAIM = "project:pool:claim"

    OWN_DISPUTES_STATE = "own:disputes:state"
    PROJECT_DISPUTES_RULE = "project:disputes:rule"
    ALL_DISPUTES_READ_RULED = "all:disputes:read_ruled"

    OWN_STAFF_READ = "own:staff:read"
    PROJECT_STAFF_READ = "project:staff:read"
    ALL_STAFF_READ = "all:staff:read"
    ALL_STAFF_WRITE = "all:staff:write"
    OWN_LEAVE_ASK = "own:leave:ask"
    PROJECT_ROSTER_WRITE = "project:roster:write"
    ALL_ROSTER_WRITE = "all:roster:write"
    PROJECT_QUOTAS_WRITE = "project:quotas:write"
    ALL_QUOTAS_WRITE = "all:quotas:write"
    OWN_TARGETS_READ = "own:targets:read"
    OWN_TRAINING_ANSWER = "own:training:answer"
    PROJECT_TRAINING_WRITE = "project:training:write"
    ALL_TRAINING_WRITE = "all:training:write"

    OWN_LEDGER_READ = "own:ledger:read"
    OWN_LEDGER_OBJECT = "own:ledger:object"
    PROJECT_LEDGER_READ = "project:ledger:read"
    PROJECT_LEDGER_LIFT = "project:ledger:lift"
    ALL_LEDGER_LIFT = "all:ledger:lift"
    ALL_LEDGER_READ = "all:ledger:read"
    ALL_LEDGER_CLOSE = "all:ledger:close"
    ALL_PARAMETERS_WRITE = "all:parameters:write"
    PROJECT_PARAMETERS_APPROVE = "project:parameters:approve"
    ALL_PARAMETERS_APPROVE = "all:parameters:approve"
    PROJECT_PAYROLL_READ = "project:payroll:read"

    OWN_PAY_READ = "own:pay:read"
    ALL_PAY_WRITE = "all:pay:write"
    PROJECT_PAY_CONFIRM = "project:pay:confirm"
    ALL_PAY_CONFIRM = "all:pay:confirm"

    OWN_CASES_READ = "own:cases:read"
    PROJECT_CASES_READ = "project:cases:read"
    PROJECT_CASES_DECIDE = "project:cases:decide"
    ALL_CASES_READ = "all:cases:read"
    ALL_CASES_DECIDE = "all:cases:decide"

    OWN_PROBATION_READ = "own:probation:read"
    PROJECT_PROBATION_DECIDE = "project:probation:decide"
    ALL_PROBATION_DECIDE = "all:probation:decide"

    OWN_LEAVING_ASK = "own:leaving:ask"
    PROJECT_LEAVING_READ = "project:leaving:read"
    PROJECT_LEAVING_DECIDE = "project:leaving:decide"
    PROJECT_LEAVING_SETTLE = "project:leaving:settle"
    ALL_LEAVING_READ = "all:leaving:read"
    ALL_LEAVING_DECIDE = "all:leaving:decide"
    ALL_LEAVING_SETTLE = "all:leaving:settle"

    ACCOUNTS_WRITE = "all:accounts:write"
    SETTINGS_WRITE = "all:settings:write"
    AUDIT_READ = "all:audit:read"
    BACKUP_WRITE = "all:backup:write"
    PROJECT_WORKBOOK_IMPORT = "project:workbook:import"
    ALL_WORKBOOK_IMPORT = "all:workbook:import"

    @property
    def scope(self) -> Scope:
        """own, project or all."""
        return self.value.split(":")[0]  # type: ignore[return-value]

    @property
    def about(self) -> str:
        """The permission without its scope, such as `customers:read`."""
        return self.value.split(":", 1)[1]


P = Permission

_EVERYONE = frozenset({P.OWN_SIGN_IN})
_PERSON = _EVERYONE | {
    P.OWN_STAFF_READ,
    P.OWN_LEAVE_ASK,
    P.OWN_DUTIES_READ,
    P.OWN_REPORTS_READ,
    P.OWN_REPORTS_WRITE,
    P.OWN_LEDGER_READ,
    P.OWN_LEDGER_OBJECT,
    P.OWN_PAY_READ,
    P.OWN_TRAINING_ANSWER,
    P.OWN_CASES_READ,
}
_CONSULTANT = _PERSON | {
    P.OWN_CUSTOMERS_READ,
    P.OWN_CUSTOMERS_WRITE,
    P.OWN_CUSTOMERS_REGISTER,
    P.OWN_CUSTOMERS_REVEAL,
    P.OWN_CONTACTS_WRITE,
    P.OWN_WAIVERS_ASK,
    P.OWN_DEALS_READ,
    P.OWN_DEALS_WRITE,
    P.OWN_ORDERS_READ,
    P.OWN_ORDERS_WRITE,
    P.ALL_PRICES_READ,
    P.OWN_SHOP_READ,
    P.OWN_SHOP_WRITE,
    P.PROJECT_RECEPTION_READ,
    P.PROJECT_POOL_READ,
    P.PROJECT_POOL_CLAIM,
    P.OWN_DISPUTES_STATE,
    P.OWN_TARGETS_READ,
    P.OWN_PROBATION_READ,
    P.OWN_LEAVING_ASK,
}
_FRONT_DESK = _PERSON | {
    P.PROJECT_CUSTOMERS_REGISTER,
    P.PROJECT_ARRIVALS_READ,
    P.PROJECT_RECEPTION_READ,
    P.PROJECT_RECEPTION_WRITE,
}
_MANAGER = _EVERYONE | {
    P.PROJECT_CUSTOMERS_READ,
    P.PROJECT_CUSTOMERS_WRITE,
    P.PROJECT_CUSTOMERS_REVEAL,
    P.PROJECT_CUSTOMERS_HAND_OVER,
    P.PROJECT_CUSTOMERS_ERASE,
    P.PROJECT_DUTIES_READ,
    P.PROJECT_REPORTS_READ,
    P.PROJECT_REPORTS_MARK_FALSE,
    P.PROJECT_WAIVERS_SIGN,
    P.PROJECT_DEALS_READ,
    P.PROJECT_DEALS_WRITE,
    P.PROJECT_DEALS_APPROVE,
    P.PROJECT_ORDERS_READ,
    P.PROJECT_ORDERS_SIGN,
    P.ALL_PRICES_READ,
    P.PROJECT_SHOP_READ,
    P.PROJECT_SHOP_ANSWER,
    P.PROJECT_RECEPTION_READ,
    P.PROJECT_RECEPTION_WRITE,
    P.PROJECT_POOL_READ,
    P.PROJECT_DISPUTES_RULE,
    P.PROJECT_STAFF_READ,
    P.PROJECT_ROSTER_WRITE,
    P.PROJECT_QUOTAS_WRITE,
    P.PROJECT_TRAINING_WRITE,
    P.PROJECT_LEDGER_READ,
    P.PROJECT_LEDGER_LIFT,
    P.OWN_PAY_READ,
    P.PROJECT_PAY_CONFIRM,
    P.PROJECT_PARAMETERS_APPROVE,
    P.PROJECT_CASES_READ,
    P.PROJECT_CASES_DECIDE,
    P.PROJECT_PROBATION_DECIDE,
    P.PROJECT_LEAVING_READ,
    P.PROJECT_LEAVING_DECIDE,
    P.PROJECT_WORKBOOK_IMPORT,
}
_STORE_MANAGER = _MANAGER | {P.ALL_PRICES_WRITE}
_HR = _EVERYONE | {
    P.ALL_DISPUTES_READ_RULED,
    P.ALL_STAFF_READ,
    P.ALL_STAFF_WRITE,
    P.ALL_ROSTER_WRITE,
    P.ALL_QUOTAS_WRITE,
    P.ALL_TRAINING_WRITE,
    P.ALL_LEDGER_READ,
    P.ALL_LEDGER_CLOSE,
    P.ALL_LEDGER_LIFT,
    P.ALL_PARAMETERS_WRITE,
    P.ALL_PARAMETERS_APPROVE,
    P.OWN_PAY_READ,
    P.ALL_PAY_WRITE,
    P.ALL_PAY_CONFIRM,
    P.ALL_CASES_READ,
    P.ALL_CASES_DECIDE,
    P.ALL_PROBATION_DECIDE,
    P.ALL_LEAVING_READ,
    P.ALL_LEAVING_DECIDE,
    P.ALL_LEAVING_SETTLE,
}
_FINANCE = _EVERYONE | {
    P.PROJECT_BUYERS_READ,
    P.PROJECT_DEALS_READ,
    P.PROJECT_RECEIPTS_WRITE,
    P.PROJECT_ORDERS_READ,
    P.PROJECT_ORDERS_STAMP,
    P.ALL_PRICES_READ,
    P.PROJECT_STAFF_READ,
    P.PROJECT_LEDGER_READ,
    P.PROJECT_PAYROLL_READ,
    P.OWN_PAY_READ,
    P.PROJECT_CASES_READ,
    P.PROJECT_LEAVING_READ,
    P.PROJECT_LEAVING_SETTLE,
}
_ADMIN = _EVERYONE | {
    P.ACCOUNTS_WRITE,
    P.SETTINGS_WRITE,
    P.AUDIT_READ,
    P.BACKUP_WRITE,
    P.ALL_WORKBOOK_IMPORT,
}

ROLES = MappingProxyType(
    {
        "consultant": _CONSULTANT,
        "front_desk": _FRONT_DESK,
        "store_manager": _STORE_MANAGER,
        "manager": _MANAGER,
        "hr": _HR,
        "finance": _FINANCE,
        "admin": _ADMIN,
    }
)


def rights_of(user: User) -> frozenset[Permission]:
    """What the role may do; an unknown role may nothing."""
    return ROLES.get(user.role, frozenset())


def allows(user: User, *permissions: Permission) -> bool:
    """Whether the user has any of these permissions."""
    return not rights_of(user).isdisjoint(permissions)


def reach(user: User, about: str) -> Scope | None:
    """How far the user's right to `about` (such as `customers:read`) goes; None: not at all.

    A right bound to a project is none for somebody without one, and an own right none without a staff row.
    """
    scopes = _scopes(user.role, about)
    if "all" in scopes:
        return "all"
    if "project" in scopes and user.project:
        return "project"
    return "own" if "own" in scopes and user.staff_id else None


@cache
def _scopes(role: str, about: str) -> frozenset[Scope]:
    """The scopes of a role's rights; asked several times a page, and the table does not change."""
    return frozenset(right.scope for right in ROLES.get(role, frozenset()) if right.about == about)


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open the page to whoever has any of the permissions."""
    if not permissions:
        raise ValueError("@requires needs at least one permission; a page for everyone is @public")

    def declare(view: View) -> View:
        setattr(view, _DECLARED, frozenset(permissions))
        return view

    return declare


def public(view: View) -> View:
    """Open the page to everyone, signed in or not."""
    setattr(view, _DECLARED, frozenset())
    return view


def declared(view: Callable[..., object]) -> frozenset[Permission] | None:
    """The permissions that open a page: empty for a public one, None where it declares nothing."""
    return getattr(view, _DECLARED, None)

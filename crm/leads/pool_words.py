"""Why the program itself handed a customer over, as `transfers.reason` keeps it, and how that is said."""

from types import MappingProxyType

from flask_babel import lazy_gettext

LEFT, LAPSED = "pool:left", "pool:lapsed"
CLAIMED, CAME, GIVEN_BACK = "pool:claimed", "pool:came", "pool:given_back"
HANDED_OVER = "leaving:handed_over"  # by a manager, because the holder leaves
NIGHT = "night"  # who made the transfer, where nobody did

POOL_WORDS = MappingProxyType(
    {
        LEFT: lazy_gettext("顾问离职"),
        LAPSED: lazy_gettext("太久没有有效联系"),
        CLAIMED: lazy_gettext("从公海认领"),
        CAME: lazy_gettext("公海客户来访，按轮接"),
        GIVEN_BACK: lazy_gettext("撤销认领"),
        HANDED_OVER: lazy_gettext("离职交接"),
    }
)

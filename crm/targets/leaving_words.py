"""How the states of an application to leave are said."""

from types import MappingProxyType

from flask_babel import lazy_gettext as _

from crm.targets.leaving_models import ACCEPTED, ASKED, WITHDRAWN

STATES = MappingProxyType({ASKED: _("等答复"), ACCEPTED: _("已接受"), WITHDRAWN: _("已撤回")})
STATE_KINDS = MappingProxyType({ASKED: "waits", ACCEPTED: "done", WITHDRAWN: "none"})

"""The end of a customer's wish not to be contacted."""

import datetime as dt

from crm.errors import Conflict
from crm.leads.events import Happening, note
from crm.leads.services import of_living
from crm.leads.waivers import cover
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.store.history import remember_change
from crm.transactions import atomic


def opt_in(user: Account, customer_id: str, reason: str, at: dt.datetime) -> None:
    """The customer may be contacted again, and the duty goes on from today.

    Without the date in `opted_out_on` the clock would run through the days in between, so a manager's waiver
    covers them. On the very day it is a slip that whoever may write can mend.
    """
    with atomic():
        customer = of_living(user, customer_id, at)
        since = customer.opted_out_on
        if since is None:
            raise Conflict("这位客户没有要求不再联系。", "The customer has not asked for that.")
        if since < at.date():
            if not user.may(Permission.PROJECT_WAIVERS_SIGN):
                raise Conflict(
                    "隔天以后要由经理恢复联系。", "After that day only a manager can take it back."
                )
            cover(customer_id, since, at.date() - dt.timedelta(days=1), "special", user, at)
        customer.opted_out_on = None
        remember_change(customer, at, user.actor)
        note(customer_id, Happening.OPTED_IN, user.actor, at, reason.strip())
        audit.record(user.actor, "customer.opted_in", customer_id, at=at)

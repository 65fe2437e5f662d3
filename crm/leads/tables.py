"""The tables of customers that the core is given. A struck contact counts nowhere."""

from sqlalchemy import or_, select

from crm.leads.models import Contact, Customer, Transfer, Waiver

ROWS = {"customers": Customer, "contacts": Contact, "transfers": Transfer, "waivers": Waiver}
ONLY = {"contacts": Contact.struck_at.is_(None)}

ERASED = select(Customer.customer_id).where(Customer.erased_at.is_not(None))
# Rows that a workbook leaves as they are: an erased customer must not come back, nor what was written of the
# contacts with that customer, nor a struck contact.
SEALED = {
    "customers": Customer.erased_at.is_not(None),
    "contacts": or_(Contact.struck_at.is_not(None), Contact.customer_id.in_(ERASED)),
}

"""The tables of customers that the core is given. A struck contact counts nowhere."""

from crm.leads.models import Contact, Customer, Transfer, Waiver

ROWS = {"customers": Customer, "contacts": Contact, "transfers": Transfer, "waivers": Waiver}
ONLY = {"contacts": Contact.struck_at.is_(None)}

# Rows that a workbook leaves as they are: an erased customer must not come back, nor a struck contact.
SEALED = {"customers": Customer.erased_at.is_not(None), "contacts": Contact.struck_at.is_not(None)}

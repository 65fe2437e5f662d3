"""Today, and writing contacts down."""

from tests.access import CONTACT, CUSTOMER, MANAGERS, Row

OWN = {"consultant": "own"}
CUSTOMER_ID = {"customer_id": CUSTOMER}
CONTACT_ID = {"contact_id": CONTACT}
SAID = {"kind": "follow_up", "effective": "1", "note": "约了周六看房"}

ROWS = [
    Row("leads.today", "GET", {"consultant": "all", "front_desk": "all"}),
    Row("leads.call_customer", "POST", OWN, path=CUSTOMER_ID),
    Row("leads.no_answer", "POST", OWN, path=CUSTOMER_ID),
    Row("leads.record_form", "GET", OWN, path=CUSTOMER_ID),
    Row("leads.record_contact", "POST", OWN, path=CUSTOMER_ID, form=SAID),
    Row("leads.contact", "GET", OWN | MANAGERS, path=CONTACT_ID),
    Row("leads.viewing_form", "GET", OWN, path=CONTACT_ID),
    Row("leads.add_viewing", "POST", OWN, path=CONTACT_ID, form={"shown": "A 户型"}),
    Row("leads.undo_contact", "POST", OWN, path=CONTACT_ID),
    Row("leads.correction_form", "GET", OWN, path=CONTACT_ID),
    Row("leads.correct_contact", "POST", OWN, path=CONTACT_ID, form=SAID | {"version": "1"}),
]

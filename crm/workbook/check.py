"""All checks that look across cells, in the order in which a person would want to hear of them."""

from crm.workbook.check_contacts import check_first_contacts
from crm.workbook.check_keys import Book, Stored, check_keys, check_references
from crm.workbook.check_rows import check_rows
from crm.workbook.check_stock import warn_without_permit
from crm.workbook.check_tracking import check_tracking
from crm.workbook.check_warnings import check_warnings
from crm.workbook.faults import FaultLog


def check(book: Book, stored: Stored, faults: FaultLog, warnings: FaultLog) -> None:
    """Add every fault and, where the file has none, every warning."""
    check_keys(book, faults)
    check_references(book, stored, faults)
    check_rows(book, stored, faults)
    check_first_contacts(book, faults)
    if not faults.faults:
        check_warnings(book, warnings)
        check_tracking(book, warnings)
        warn_without_permit(book, warnings)

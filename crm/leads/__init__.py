"""Customers, contacts, who is the same person, the worklist, transfers and waivers."""

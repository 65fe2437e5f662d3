"""The ledger: what was settled, and what is still provisional."""

"""Quotas, cases and resignations."""

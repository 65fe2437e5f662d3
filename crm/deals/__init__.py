"""Deals and whose they are."""

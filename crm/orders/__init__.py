"""Furniture orders: the price book, the order's way from inspection to after-sales, and the shop's day."""

"""Goods of shops and supermarkets: stock, sales, stock-takes, promotions (§2, §8)."""

"""Quantities: pieces or kilograms as Decimal in Python, whole thousandths in the database."""

from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, Dialect, TypeDecorator
from sqlalchemy.orm import mapped_column

THOUSANDTHS = 1000


def thousandths_of(quantity: Decimal) -> int:
    """Whole thousandths; ValueError where there are more than three decimals."""
    parts = quantity * THOUSANDTHS
    if parts != int(parts):
        raise ValueError(f"{quantity} has more than three decimals")
    return int(parts)


def quantity_of(thousandths: int) -> Decimal:
    """Such as 2 or 0.385, without trailing zeros."""
    whole, rest = divmod(thousandths, THOUSANDTHS)
    return Decimal(whole) if not rest else Decimal(thousandths).scaleb(-3).normalize()


class Thousandths(TypeDecorator[Decimal]):
    """A quantity; SQLite would sum NUMERIC as floats."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        return None if value is None else thousandths_of(Decimal(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else quantity_of(value)


Quantity = Annotated[Decimal, mapped_column(Thousandths)]

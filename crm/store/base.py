"""The base of all rows, and the column types that both databases keep alike.

| Python | in the database | why |
|---|---|---|
| str | text, by code point (`COLLATE "C"` on PostgreSQL) | ids compare as text, everywhere alike |
| datetime | BIGINT: Shanghai wall-clock seconds since 1970 | what the core computes with |
| date | DATE (ISO text in SQLite) | |
| Decimal | BIGINT fen | SQLite sums NUMERIC as floats |
| `Exact` (Decimal) | text | percents and years keep every digit |
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

EPOCH = dt.datetime(1970, 1, 1)
_SECOND = dt.timedelta(seconds=1)

Text = String().with_variant(String(collation="C"), "postgresql")
BigId = BigInteger().with_variant(Integer, "sqlite")


def seconds_of(moment: dt.datetime) -> int:
    """Wall-clock seconds since 1970 of a moment without an offset."""
    if moment.tzinfo is not None:
        raise ValueError("moments are kept without an offset, as Shanghai wall-clock time")
    return (moment - EPOCH) // _SECOND


def moment_of(seconds: int) -> dt.datetime:
    """The moment of so many wall-clock seconds since 1970."""
    return EPOCH + dt.timedelta(seconds=seconds)


class Moment(TypeDecorator[dt.datetime]):
    """A Shanghai wall-clock time to the second."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else seconds_of(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else moment_of(value)


class Fen(TypeDecorator[Decimal]):
    """Yuan as Decimal in Python, whole fen in the database; more than two decimals are a ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        return None if value is None else fen_of(Decimal(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else yuan_of(value)


def fen_of(yuan: Decimal) -> int:
    """Whole fen of an amount in yuan; ValueError where it has more than two decimals."""
    fen = yuan * 100
    if fen != int(fen):
        raise ValueError(f"{yuan} yuan is not a whole number of fen")
    return int(fen)


def yuan_of(fen: int) -> Decimal:
    """Yuan, with two decimals, of whole fen."""
    return Decimal(fen).scaleb(-2)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept digit by digit, as text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Decimal(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


Exact = Annotated[Decimal, mapped_column(ExactDecimal)]
RowId = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]


class Base(DeclarativeBase):
    """All rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy wants it
        str: Text,
        dt.datetime: Moment,
        Decimal: Fen,
        int: BigInteger,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }

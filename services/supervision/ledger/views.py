"""The ledger's table. It belongs to the store, not to the views: a rebuild leaves it alone.

The names are the storage format.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from shared.kit.eventstore import Views, append_only

kept = MetaData()

# An entry is written once and never changed (triggers).
ledger = append_only(
    Table(
        "ledger",
        kept,
        Column("entry", BigInteger, primary_key=True, autoincrement=False),
        Column("source", String, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("name", String, nullable=False, index=True),
        Column("resident", String, index=True),
        Column("unit", String, index=True),
        Column("recorded_at", String, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("hash", String, nullable=False),
        UniqueConstraint("source", "position"),
    )
)

views = Views(kept=kept)

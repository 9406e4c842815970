"""The ledger's table. It belongs to the store, not to the views: a rebuild leaves it alone.

The names are the storage format.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from shared.kit.eventstore import Views, append_only

kept = MetaData()

_OF_NOBODY = text("resident IS NULL")  # a few: people's are found by person
_OF_A_UNIT = text("unit IS NOT NULL")  # of more than half of the entries it is not
# An entry is written once and never changed (triggers).
ledger = append_only(
    Table(
        "ledger",
        kept,
        Column("entry", BigInteger, primary_key=True, autoincrement=False),
        Column("source", String, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("name", String, nullable=False),
        Column("resident", String, index=True),
        Column("unit", String),
        Column("recorded_at", String, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("hash", String, nullable=False),
        UniqueConstraint("source", "position"),
        Index("ix_ledger_name", "name", sqlite_where=_OF_NOBODY, postgresql_where=_OF_NOBODY),
        # A unit's history is read a page at a time, as of any day.
        Index(
            "ledger_of_unit",
            *("unit", "entry", "recorded_at"),
            sqlite_where=_OF_A_UNIT,
            postgresql_where=_OF_A_UNIT,
        ),
    )
)
# By what entries are found, in the order of when they were recorded; made anew from the ledger where
# it is missing. `at`: seconds since 1970; `actor`: none where the system acted by itself.
_BY_SOMEBODY = text("actor IS NOT NULL")
_PLACE = ("at", "entry")
acts = Table(
    "acts",
    kept,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("unit", String),
    Column("actor", String),
    Index("acts_at", *_PLACE),
    Index("acts_of_kind", "kind", *_PLACE),
    Index(
        "acts_of_unit",
        *("unit", *_PLACE),
        sqlite_where=_OF_A_UNIT,
        postgresql_where=_OF_A_UNIT,
    ),
    Index(
        "acts_by",
        *("actor", *_PLACE),
        sqlite_where=_BY_SOMEBODY,
        postgresql_where=_BY_SOMEBODY,
    ),
)
# How far each history is held, kept with every entry: nobody counts the whole ledger for it.
held = Table(
    "held",
    kept,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
)

views = Views(kept=kept)

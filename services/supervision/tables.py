"""Tables that belong to supervision's store rather than to its views: never cleared by a rebuild.

The names are the storage format.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from shared.kit.eventstore import append_only

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
# What proves who somebody is, changed in place and never published. Times are Unix seconds.
credentials = Table(
    "credentials",
    kept,
    Column("login", String, primary_key=True),
    Column("post", String, nullable=False),
    Column("password", String),
    Column("code", String),
    Column("code_until", Float),
)
attempts = Table(
    "attempts",
    kept,
    Column("subject", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Float, nullable=False),
)
sessions = Table(
    "sessions",
    kept,
    Column("session", String, primary_key=True),
    Column("login", String, nullable=False, index=True),
    Column("method", String, nullable=False),
    Column("started", Float, nullable=False),
    Column("until", Float, nullable=False),
)
tickets = Table(
    "tickets",
    kept,
    Column("ticket", String, primary_key=True),
    Column("session", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("until", Float, nullable=False),
)
private_keys = Table(
    "private_keys",
    kept,
    Column("key", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("since", Float, nullable=False),
)

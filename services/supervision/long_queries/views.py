"""Long queries that were asked, how far they are, and their answers. Column names are the storage format."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from shared.kit.eventstore import Views

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
OPEN = (WAITING, WORKING)

kept = MetaData()
long_queries = Table(
    "long_queries",
    kept,
    Column("id", String, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),  # in the order in which they came
    Column("question", String, nullable=False),
    Column("arguments", String, nullable=False),  # JSON
    Column("state", String, nullable=False, index=True),
    Column("asked_at", String, nullable=False),
    Column("ended_at", String),
    Column("attempts", Integer, nullable=False),
    Column("claimed_until", Float),  # seconds since 1970
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("answer", LargeBinary),  # JSON
    Index("long_queries_asked", "question", "arguments", "number"),
)

views = Views(kept=kept)

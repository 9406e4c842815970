"""What proves who somebody is: changed in place, never published, never cleared by a rebuild.

The names are the storage format. Times are Unix seconds.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, String, Table

from shared.kit.eventstore import Views
from shared.kit.eventstore.recorded import recorded

kept = MetaData()

credentials = Table(
    "credentials",
    kept,
    Column("login", String, primary_key=True),
    Column("post", String, nullable=False),
    Column("password", String),
    Column("code", String),
    Column("code_until", Float),
)
# Who has changed what proves somebody's identity: the database's own record, nobody else's.
changes_of_credentials = recorded(credentials, key="login", columns=("password", "code"))
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

languages = Table(
    "languages",
    kept,
    Column("login", String, primary_key=True),
    Column("language", String, nullable=False),
)

views = Views(kept=kept)

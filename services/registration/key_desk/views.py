"""Whose keys each part has asked for in the running hour. Kept, and dropped soon after it.

It is counted in the store, not in memory: each of the processes that serve registration is asked
for some of them.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, String, Table

from shared.kit.eventstore import Views

kept = MetaData()
keys_asked = Table(
    "keys_asked",
    kept,
    Column("part", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("hour", String, nullable=False),
    Index("keys_asked_in_hour", "hour"),
)

views = Views(kept=kept)

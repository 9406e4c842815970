"""Opening a store: what is missing in its database is created, before anybody works with it."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, MetaData, inspect, text

from shared.kit.eventstore import events_log, tables
from shared.kit.eventstore.views import Views
from shared.kit.language import at_terminal

_SCHEMA = text("SELECT pg_advisory_xact_lock(1)")

log = logging.getLogger(__name__)


def create_missing(connection: Connection, source: str, views: Views) -> bool:
    """Create tables, columns and indexes that are missing; True if the views are to be replayed.

    They are empty then: another version had made them, with other columns.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_SCHEMA)
    there = inspect(connection).get_table_names()
    stored = tables.events.name in there and events_log.HEAD.value(connection, {})
    outdated = views.outdated(connection) if stored else []
    if outdated:
        views.tables.drop_all(connection)
    for metadata in (tables.store_metadata, views.kept, views.tables):
        metadata.create_all(connection)
        _index(connection, metadata, there)
    events_log.chain(connection, source)
    if outdated:
        log.warning(
            at_terminal(
                "{source}：视图是其他版本的，已重建：{views}",
                "{source}: views of another version, replayed: {views}",
                source=source,
                views=outdated,
            )
        )
    return bool(outdated)


def _index(connection: Connection, metadata: MetaData, there: list[str]) -> None:
    """Create the indexes that tables of another version lack."""
    inspected = inspect(connection)
    for table in (table for table in metadata.sorted_tables if table.name in there):
        known = {each["name"] for each in inspected.get_indexes(table.name)}
        for index in (index for index in table.indexes if index.name not in known):
            index.create(connection)

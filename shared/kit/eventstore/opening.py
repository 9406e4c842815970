"""Opening a store: what is missing in its database is created, before anybody works with it."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, text

from shared.kit.eventstore import events_log, schema, tables
from shared.kit.eventstore.schema import Schema
from shared.kit.eventstore.views import Views
from shared.kit.language import at_terminal

_ALONE = text("SELECT pg_advisory_xact_lock(1)")

log = logging.getLogger(__name__)


def create_missing(connection: Connection, source: str, views: Views) -> bool:
    """Create tables, columns and indexes that are missing; True if the views are to be replayed.

    They are empty then: another version had made them, with other columns.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_ALONE)
    there = Schema.of(connection)
    stored = tables.events.name in there.columns and events_log.HEAD.value(connection, {})
    outdated = views.outdated(there) if stored else []
    if outdated:
        views.tables.drop_all(connection)
        there = Schema.of(connection)
    for metadata in (tables.store_metadata, views.kept, views.tables):
        schema.create_missing(connection, metadata, there)
    events_log.chain(connection, source, there)
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

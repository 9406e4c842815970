"""What a part may do in its own PostgreSQL database: read, append, change its views; never history.

The owner of the database runs this once (and again after an upgrade); the part's own role owns
nothing, so that it can neither change an event nor take the triggers away.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from shared.kit.eventstore import tables
from shared.kit.eventstore.recorded import RECORDS
from shared.kit.eventstore.store import Store

# Of one part, so that none takes the others' away: two processes that serve it, and two relays.
MOST_CONNECTIONS = 60
NO_LIMIT = -1  # as PostgreSQL writes it


def make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """Make sure the login role exists, with this password and no further rights.

    Of connections it may have `MOST_CONNECTIONS`, or more where an operator has said so.
    """
    limit = "SELECT rolconnlimit FROM pg_roles WHERE rolname = %s"
    found = connection.execute(limit, [role]).fetchone()
    known = found[0] if found else 0
    most = known if known == NO_LIMIT else max(known, MOST_CONNECTIONS)
    verb = sql.SQL("ALTER" if found else "CREATE")
    name, rights = sql.Identifier(role), "NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS"
    options = sql.SQL("LOGIN {} CONNECTION LIMIT {} PASSWORD {}")
    words = options.format(sql.SQL(rights), sql.Literal(most), sql.Literal(password))
    connection.execute(sql.SQL("{} ROLE {} {}").format(verb, name, words))
    # A role may set defaults of its own, such as where tables are looked for.
    connection.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(name))


def grant(connection: psycopg.Connection, database: str, role: str, store: Store) -> None:
    """Let a role work with the store's tables; `connection` is the owner's to that database."""
    name, who = sql.Identifier(database), sql.Identifier(role)
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, who),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(who),
    ):
        connection.execute(statement)
    views = store.views
    owned = (tables.store_metadata, views.kept, views.tables)
    for table in (table for metadata in owned for table in metadata.sorted_tables):
        verbs = "SELECT, INSERT"
        if RECORDS in table.info:
            verbs = "SELECT"  # the database alone writes there
        elif not table.info.get(tables.APPEND_ONLY):
            verbs += ", UPDATE, DELETE"
        words = sql.SQL("GRANT {} ON {} TO {}")
        connection.execute(words.format(sql.SQL(verbs), sql.Identifier(table.name), who))

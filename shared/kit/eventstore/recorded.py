"""Recorded tables: the database itself writes down who changed a row of them, when and what.

    changes_of_credentials = recorded(credentials, key="login", columns=("password", "code"))

In PostgreSQL the owner's trigger writes, with the owner's rights: a part's own role can neither
change a row without it nor touch what it wrote. In SQLite, which knows no roles, it writes as well.
"""

from __future__ import annotations

from sqlalchemy import DDL, Column, Integer, String, Table, event

from shared.kit.eventstore.tables import append_only

RECORDS = "records"
"""In `Table.info`: the name of the table whose changes it holds, its key, and the columns."""

_POSTGRES = (
    """
CREATE OR REPLACE FUNCTION {changes}_is_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO {changes} (at, role, verb, key_before, key_after, columns) VALUES (
        clock_timestamp()::text, session_user, TG_OP, OLD.{key}, NEW.{key},
        concat_ws(' ', {changed})
    );
    RETURN NULL;
END $$
""",
    """
CREATE OR REPLACE TRIGGER {table}_is_recorded AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {changes}_is_written()
""",
)
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_{verb}_is_recorded AFTER {verb} ON {table} BEGIN
    INSERT INTO {changes} (at, role, verb, key_before, key_after, columns) VALUES (
        strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now'), '', '{verb}', {before}, {after}, trim({changed})
    );
END
"""


def recorded(table: Table, *, key: str, columns: tuple[str, ...]) -> Table:
    """Return a table in which the database notes each change of another one, never the values."""
    changes = Table(
        f"changes_of_{table.name}",
        table.metadata,
        Column("number", Integer, primary_key=True),
        Column("at", String, nullable=False),
        Column("role", String, nullable=False),
        Column("verb", String, nullable=False),
        Column("key_before", String),
        Column("key_after", String),
        Column("columns", String, nullable=False),
        info={RECORDS: (table.name, key, columns)},
    )
    write_down(append_only(changes))
    return changes


def write_down(changes: Table) -> None:
    """Have the triggers made with a table of changes; a copy of it has none of its own."""
    name, key, columns = changes.info[RECORDS]
    changes.add_is_dependent_on(changes.metadata.tables[name])
    names = {"table": name, "changes": changes.name, "key": key}

    def differing(before: str, after: str, different: str) -> list[str]:
        return [
            f"CASE WHEN {before.format(each)} {different} {after.format(each)} THEN '{each}' END"
            for each in columns
        ]

    changed = ", ".join(differing("OLD.{}", "NEW.{}", "IS DISTINCT FROM"))
    for text in _POSTGRES:
        _with(changes, text.format(**names, changed=changed), "postgresql")
    for verb, before, after in (
        ("INSERT", "NULL", f"NEW.{key}"),
        ("UPDATE", f"OLD.{key}", f"NEW.{key}"),
        ("DELETE", f"OLD.{key}", "NULL"),
    ):
        was, becomes = (
            "NULL" if each == "NULL" else f"{each.partition('.')[0]}.{{}}"
            for each in (before, after)
        )
        parts = differing(was, becomes, "IS NOT")
        changed = " || ' ' || ".join(f"coalesce({each}, '')" for each in parts)
        values = {"verb": verb, "before": before, "after": after, "changed": changed}
        _with(changes, _SQLITE.format(**names, **values), "sqlite")


def _with(changes: Table, text: str, dialect: str) -> None:
    event.listen(changes, "after_create", DDL(text).execute_if(dialect=dialect))

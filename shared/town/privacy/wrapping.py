"""Keys at rest: each wrapped under the master key in use, and rewrapped when that one changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, func, select

from shared.kit.eventstore import Context
from shared.kit.eventstore.store import Store
from shared.town.privacy.master import Masters
from shared.town.privacy.sealing import KeyId

# Tables every store has that wraps keys; those of identities are registration's alone.
answer_metadata = MetaData()
key_metadata = MetaData()
# `master` is the id of the master key that a row is wrapped under. Names are the storage format.
master_in_use = Table(
    "master_in_use",
    answer_metadata,
    Column("id", Integer, primary_key=True),
    Column("master", String, nullable=False),
)
answer_keys = Table(
    "answer_keys",
    answer_metadata,
    Column("id", String, primary_key=True),
    Column("day", String, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", String, nullable=False),
)
identity_keys = Table(
    "identity_keys",
    key_metadata,
    Column("resident", String, primary_key=True),
    Column("key_class", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", String, nullable=False, index=True),
)
destroyed_keys = Table(
    "destroyed_keys",
    key_metadata,
    Column("resident", String, primary_key=True),
    Column("key_class", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
)
WRAPPED = (identity_keys, answer_keys)
BATCH = 500
_ROTATION = Context("rotate-master", "operator", "rotate-master")


def name_of(table: Table, row: Any) -> str:
    """Return the name a row's key is bound to."""
    if table is answer_keys:
        return f"answers.{row.id}"
    return str(KeyId.of(row))


class Wrapping:
    """Wraps and unwraps keys of one store."""

    def __init__(self, store: Store, masters: Masters) -> None:
        self.store = store
        self.masters = masters

    def wrap(self, name: str, key: bytes) -> dict[str, Any]:
        """Return the columns `wrapped` and `master` of a new key, in the running transaction."""
        master = self.current()
        return {"wrapped": self.masters.wrap(master, name, key), "master": master}

    def unwrap(self, table: Table, row: Any) -> bytes:
        """Return the key of a row."""
        return self.masters.unwrap(row.master, name_of(table, row), bytes(row.wrapped))

    def current(self) -> str:
        """Return the id of the master key in use; the source's newest in a new store.

        It is asked of the store in every transaction: another process may have changed it.
        """
        transaction = self.store.current
        if self not in transaction.kept:
            found = transaction.connection.execute(select(master_in_use.c.master)).scalar()
            if found is None:
                found = self.masters.newest()
                row = {"id": 1, "master": found}
                transaction.connection.execute(master_in_use.insert(), row)
            transaction.kept[self] = found
        return transaction.kept[self]


def rotate(wrapping: Wrapping) -> int:
    """Put the newest master key of the source into use; return how many keys were rewrapped.

    The parts go on meanwhile: from the first transaction on, whoever makes a key wraps it under
    the new master key, and each batch of old keys is a transaction of its own. Done again after
    an interruption, it finishes.
    """
    store, newest = wrapping.store, wrapping.masters.newest()
    with store.transaction(_ROTATION) as transaction:
        if wrapping.current() != newest:
            transaction.connection.execute(master_in_use.update().values(master=newest))
    count = 0
    for table in (each for each in WRAPPED if each.name in store.views.kept.tables):
        while some := _rewrap(wrapping, table, newest):
            count += some
    return count


def _rewrap(wrapping: Wrapping, table: Table, newest: str) -> int:
    keys = list(table.primary_key.columns)
    with wrapping.store.transaction(_ROTATION) as transaction:
        old = select(table).where(table.c.master != newest).limit(BATCH)
        rows = list(transaction.connection.execute(old))
        for row in rows:
            key = wrapping.unwrap(table, row)
            wrapped = wrapping.masters.wrap(newest, name_of(table, row), key)
            mine = [column == getattr(row, column.name) for column in keys]
            values = {"wrapped": wrapped, "master": newest}
            transaction.connection.execute(table.update().where(*mine).values(values))
    return len(rows)


def standing(wrapping: Wrapping) -> dict[str, Any]:
    """Return the master key in use, the source's newest, and how many keys each one wraps."""
    with wrapping.store.connection() as connection:
        used = connection.execute(select(master_in_use.c.master)).scalar()
        counts = Counter[str]()
        for table in WRAPPED:
            query = select(table.c.master, func.count()).group_by(table.c.master)
            for master, number in connection.execute(query):
                counts[master] += number
    return {"in_use": used, "newest": wrapping.masters.newest(), "wraps": dict(counts)}

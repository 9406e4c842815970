"""Mirror of part keys: which key of a part counts, as supervision has published and retired them.

Until supervision has published one of a part, that of the deployment file counts; of supervision
itself always that one, or whoever holds its broker user could make it somebody else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, String, Table, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Store, Views, change, put
from shared.kit.language import at_terminal
from shared.kit.refusals import refusal
from shared.kit.source_keys import PartKey

FRESH_SECONDS = 2.0
SUPERVISION = "supervision"

tables = MetaData()
part_keys = Table(
    "part_keys",
    tables,
    Column("sign", String, primary_key=True),
    Column("part", String, nullable=False),
    Column("exchange", String, nullable=False),
    Column("proof", String, nullable=False),
    Column("published", BigInteger, nullable=False),  # position of the event
    Column("retired", Boolean, nullable=False),
)
views = Views(tables)

NoKey = refusal(
    "no-part-key",
    503,
    zh="{source} 的公钥已停用，新的还没有公布；请让系统运维重启督查和这个部件。",
    en="The key of {source} is retired and no other is published; the operator restarts supervision"
    " and that part.",
)

log = logging.getLogger(__name__)


@views.on("PartKeyPublished")
def _published(connection: Connection, event: Event) -> None:
    data = event.data
    key = PartKey(data["sign"], data["exchange"], data["proof"])
    if not key.is_of(data["part"]):
        log.error(
            at_terminal(
                "{event} 发布了 {part} 的密钥，但没有它的证明",
                "{event} publishes a key of {part} without its proof",
                event=event.id,
                part=data["part"],
            )
        )
        return
    row = {name: data[name] for name in ("sign", "part", "exchange", "proof")}
    put(connection, part_keys, "sign", row | {"published": event.position, "retired": False})


@views.on("PartKeyRetired")
def _retired(connection: Connection, event: Event) -> None:
    change(connection, part_keys, "sign", {"sign": event.data["sign"], "retired": True})


class PartKeys:
    """Tells which key counts for a source; reads the mirror again after some seconds."""

    def __init__(self, given: Mapping[str, PartKey], store: Store) -> None:
        """Begin with the keys of the deployment file."""
        self._given = {name: key for name, key in given.items() if key.is_of(name)}
        self._store = store
        self._known: Mapping[str, PartKey] = {}
        self._read_at = float("-inf")

    def of(self, source: str) -> PartKey | None:
        """Return the key that counts; None: there is none, or it was retired."""
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._known, self._read_at = self._read(), time.monotonic()
        return self._known.get(source)

    def must_be_of(self, source: str) -> PartKey:
        """Return the key that counts; raise `NoKey`."""
        if (key := self.of(source)) is None:
            raise NoKey(source=source)
        return key

    def _read(self) -> dict[str, PartKey]:
        at, counts = part_keys.c, dict(self._given)
        with self._store.connection() as connection:
            for row in connection.execute(select(part_keys).order_by(at.published)):
                if row.part == SUPERVISION:
                    continue
                counts.pop(row.part, None)
                if not row.retired:
                    counts[row.part] = PartKey(row.sign, row.exchange, row.proof)
        return counts

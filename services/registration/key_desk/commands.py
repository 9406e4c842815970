"""Hand keys of residents to another part, and record how many."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, delete, func, select

from services.registration.domain.key_handout import KeyHandout
from services.registration.key_desk.queries import known_to, this_hour
from services.registration.key_desk.views import keys_asked
from shared.kit.eventstore import Prepared, among, in_json, insert_all
from shared.town.privacy import KeyId
from shared.town.work import Work

_at = keys_asked.c
_EARLIER = Prepared(delete(keys_asked).where(_at.hour < bindparam("this_hour")))
_OF_RESIDENT = Prepared(delete(keys_asked).where(_at.resident == bindparam("of_resident")))
_AMONG = Prepared(
    select(_at.resident).where(_at.part == bindparam("of_part"), among(_at.resident, "ids"))
)
_NUMBER = Prepared(
    select(func.count()).select_from(keys_asked).where(_at.part == bindparam("of_part"))
)


def hand_out(
    work: Work, part: str, wanted: Collection[KeyId]
) -> tuple[dict[KeyId, bytes], list[KeyId]]:
    """Return the keys that a part may have of those it wants, and which of them are withheld.

    Nothing is handed out whose record cannot be written.
    """
    asked = {name.resident for name in wanted}
    known = known_to(work, part, asked)
    in_hour = _count(work, part, asked)
    withheld = len(asked - known)
    work.save(KeyHandout(part=part, asked=len(asked), withheld=withheld, in_hour=in_hour))
    keys = work.privacy.table.keys(name for name in wanted if name.resident in known)
    return keys, [name for name in wanted if name.resident not in known]


def drop_earlier(work: Work) -> None:
    """Drop whose keys were asked for before the running hour."""
    _EARLIER.run(work.store.current.connection, {"this_hour": this_hour(work)})


def forget(work: Work, resident: str) -> None:
    """Drop that anybody asked for a resident's keys, which are destroyed."""
    _OF_RESIDENT.run(work.store.current.connection, {"of_resident": resident})


def _count(work: Work, part: str, asked: Collection[str]) -> int:
    """Return of how many different residents a part has asked in the running hour, with these."""
    connection, hour = work.store.current.connection, this_hour(work)
    drop_earlier(work)
    of_part = {"of_part": part}
    before = {row.resident for row in _AMONG.all(connection, of_part | {"ids": in_json(asked)})}
    rows = [{"part": part, "resident": each, "hour": hour} for each in sorted(set(asked) - before)]
    insert_all(connection, keys_asked, rows)
    return _NUMBER.value(connection, of_part)

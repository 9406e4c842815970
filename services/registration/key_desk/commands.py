"""Hand keys of residents to another part, and record how many."""

from __future__ import annotations

from collections.abc import Collection

from services.registration.domain.key_handout import KeyHandout
from services.registration.key_desk.queries import known_to
from shared.town.privacy import KeyId
from shared.town.work import Work


class Counted:
    """How many residents each part has asked for in the running hour; kept in memory only."""

    def __init__(self) -> None:
        self._hour = ""
        self._asked: dict[str, set[str]] = {}

    def count(self, hour: str, part: str, residents: Collection[str]) -> int:
        """Add residents; return how many different ones it has been in this hour."""
        if hour != self._hour:
            self._hour, self._asked = hour, {}
        asked = self._asked.setdefault(part, set())
        asked.update(residents)
        return len(asked)


def hand_out(
    work: Work, part: str, wanted: Collection[KeyId]
) -> tuple[dict[KeyId, bytes], list[KeyId]]:
    """Return the keys that a part may have of those it wants, and which of them are withheld.

    Nothing is handed out whose record cannot be written.
    """
    asked = {name.resident for name in wanted}
    known = known_to(work, part, asked)
    hour = f"{work.now():%Y-%m-%dT%H}"
    in_hour = work.own(Counted, Counted).count(hour, part, asked)
    withheld = len(asked - known)
    work.save(KeyHandout(part=part, asked=len(asked), withheld=withheld, in_hour=in_hour))
    keys = work.privacy.table.keys(name for name in wanted if name.resident in known)
    return keys, [name for name in wanted if name.resident not in known]

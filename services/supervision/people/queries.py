"""People whom a search means, as the newest record of each says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from services.supervision.ledger import queries as ledger
from shared.town.work import Work


class Named(TypedDict):
    """A resident by name."""

    resident: str
    name: str
    sex: str
    birth_date: str
    unit: str


def named(work: Work, ids: Sequence[str]) -> list[Named]:
    """Return those of some people whose names can be opened now: this is a look at them.

    Whose name cannot be opened is left out: who was found by it is known by it.
    """
    registered = ledger.events(work, *ledger.REGISTERED, residents=ids) if ids else ()
    newest = {event.data["resident"]: event for event in registered}
    pairs = [(who, newest[who].sealed("identity")) for who in ids if who in newest]
    opened = work.privacy.read_all(pairs, ("name",))
    return [
        {
            "resident": who,
            "name": identity["name"],
            "sex": newest[who].data["sex"],
            "birth_date": newest[who].data["birth_date"],
            "unit": newest[who].data["unit"],
        }
        for who, identity in opened.items()
        if identity
    ]

"""Whom a part may open: what registration decided says it, never what the part says itself."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from services.registration.dockings.dispatch import of_site
from services.registration.key_desk.views import keys_asked
from shared.kit.eventstore import Prepared
from shared.town.work import Work

SITES = "appointments"
_EARLIER = Prepared(
    select(keys_asked.c.hour).where(keys_asked.c.hour < bindparam("this_hour")).limit(1)
)


def known_to(work: Work, source: str, ids: Collection[str]) -> set[str]:
    """Return those residents whom a part has to do with.

    A site: who is, or ever was, on the list of a unit that is, was or will be docked to it, or was
    sent to it by another that had to do with them, and every record of such a person. Nobody can
    begin a course there otherwise, and whoever has its key must not open a stranger by saying one
    has begun. Any other part that asks: everybody.
    """
    service, _, site = source.partition("/")
    return of_site(work, site, ids) if service == SITES else set(ids)


def this_hour(work: Work) -> str:
    """Return the running hour, as it is written beside whom it is counted for."""
    return f"{work.now():%Y-%m-%dT%H}"


def has_earlier(work: Work) -> bool:
    """Tell whether it is still known who was asked for before the running hour."""
    return work.row(_EARLIER, this_hour=this_hour(work)) is not None

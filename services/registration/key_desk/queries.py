"""Whom a part may open: what registration decided says it, never what the part says itself."""

from __future__ import annotations

from collections.abc import Collection

from services.registration.residents import lists, persons
from services.registration.units import queries as units
from shared.town.work import Work

SITES = "appointments"


def known_to(work: Work, source: str, ids: Collection[str]) -> set[str]:
    """Return those residents whom a part has to do with.

    A site: who is, or ever was, on the list of a unit that is, was or will be docked to it, and
    every record of such a person. Nobody can begin a course there otherwise, and whoever has its
    key must not open a stranger by saying one has begun. Any other part that asks: everybody.
    """
    service, _, site = source.partition("/")
    if service != SITES:
        return set(ids)
    people = persons.people(work, ids)
    staying = sorted(set(people.values()))
    records = persons.people(work, [*staying, *persons.yielded_to(work, staying)])
    known = lists.ever_listed_among(work, units.units_at(work, site), [*records])
    persons_known = {records[record] for record in known}
    return {record for record, person in people.items() if person in persons_known}

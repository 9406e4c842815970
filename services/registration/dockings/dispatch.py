"""People whom one site sends on to another: registration says who has them, each time anew (R17).

A site's word counts if the person has to do with it, and if it is the newest: it names the next
number. So two sites that give away one person at once do not send them to two others.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.registration.dockings.views import ever_sent
from services.registration.domain.resident import Resident
from services.registration.domain.unit import Unit
from services.registration.residents import lists, persons
from services.registration.units import queries as units
from shared.kit.eventstore import among
from shared.town.mirrors.hosts import Host, host_of
from shared.town.work import Work


def of_site(work: Work, site: str, ids: Collection[str]) -> set[str]:
    """Return those residents who have to do with a site.

    Who is, or ever was, on the list of a unit that is, was or will be docked to it, or was sent to
    it, and every record of such a person. Nobody can begin a course there otherwise.
    """
    people = persons.people(work, ids)
    staying = sorted(set(people.values()))
    records = persons.people(work, [*staying, *persons.yielded_to(work, staying)])
    known = lists.ever_listed_among(work, units.units_at(work, site), [*records])
    known |= _ever_sent_among(work, site, [*records])
    persons_known = {records[record] for record in known}
    return {record for record, person in people.items() if person in persons_known}


def _ever_sent_among(work: Work, site: str, ids: Collection[str]) -> set[str]:
    at = ever_sent.c
    query = select(at.resident).where(at.site == site, among(at.resident, sorted(ids)))
    return {row["resident"] for row in work.rows(query)}


def host(work: Work, resident: UUID) -> Host:
    """Return where a person goes alone, of whatever record. Raises `UnknownResident`."""
    return host_of(work, persons.records_of(work, resident))


def site_of(work: Work, resident: UUID, unit: Unit, day: date) -> str | None:
    """Return the site at which a resident begins on a day: sent there alone, else their unit's."""
    return host(work, resident).site or unit.site_on(day)


def send(work: Work, resident: UUID, from_site: str, to_site: str, day: date, number: int) -> None:
    """Say that a site has a person whom another has given away; what is not the newest is not said."""
    if not of_site(work, from_site, [str(resident)]):
        return  # nobody whom that site could have had
    before = host(work, resident)
    if number != before.number + 1 or before.site not in (None, from_site):
        return
    person = work.get(Resident, resident)
    alone = _docked_to(work, person, day) != to_site
    person.send_to(to_site, from_site, day, number, alone=alone)
    work.save(person)


def ask_back(work: Work, resident: UUID, site: str) -> None:
    """Ask whoever has a person to give them back to a site that had sent them on."""
    if not of_site(work, site, [str(resident)]):
        return
    now = host(work, resident)
    if now.site in (None, site):
        return
    person = work.get(Resident, resident)
    person.ask_back(str(now.site), site, now.number)
    work.save(person)


def _docked_to(work: Work, person: Resident, day: date) -> str | None:
    unit = work.find(Unit, Unit.create_id(person.unit))
    return unit.site_on(day) if unit else None

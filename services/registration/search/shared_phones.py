"""Telephones of so many people that having one in common says nothing of two of them.

A landline of a clan, or the village office's, stands beside people of one surname who are not one
person. Who holds a telephone is asked by its salted traces, as a search asks (ADR 0010): nothing
is kept for it, and nobody is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from services.registration.residents.joining import records
from services.registration.search.blind_index import Seen
from services.registration.search.queries import regions_of, tracer_of
from services.registration.search.views import traces
from shared.kit.eventstore import Prepared, among, in_json
from shared.town.work import Work

# Whoever has a telephone in common with more than two others has it in common with anybody.
MOST = 3
# At 200,000 residents a telephone has 3,136 traces.
_AT_ONCE = 32

_person = records()
_HOLDERS = Prepared(
    select(traces.c.phone, traces.c.resident)
    .join(_person, _person.c.resident == traces.c.resident)
    .where(among(traces.c.phone, "phones"), _person.c.merged_into.is_(None))
)


def shared_phones(work: Work, phones: Iterable[str], people: Sequence[Seen]) -> set[str]:
    """Return which telephones more than `MOST` have, of those remembered and these `people`.

    Records linked as one person count once.
    """
    wanted = sorted({phone for phone in phones if phone})
    holders: dict[str, set[str]] = {phone: set() for phone in wanted}
    for who in people:
        if (of := holders.get(who.parts.phone)) is not None:
            of.add(who.resident)
    left = [phone for phone in wanted if len(holders[phone]) <= MOST]
    regions, tracer = regions_of(work), tracer_of(work)
    for start in range(0, len(left), _AT_ONCE):
        some = left[start : start + _AT_ONCE]
        phone_of = {at: each for each in some for at in tracer.sought("phone", each, regions)}
        with work.store.connection() as connection:
            rows = _HOLDERS.all(connection, {"phones": in_json(phone_of)})
        for trace, resident in rows:
            holders[phone_of[trace]].add(resident)
    return {phone for phone, of in holders.items() if len(of) > MOST}

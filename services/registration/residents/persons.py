"""Persons: which records are of one person, and which of them stays (R16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.refusals import UnknownResident
from services.registration.residents.views import residents
from shared.kit.eventstore import among
from shared.town.work import Work


def people(work: Work, ids: Iterable[str]) -> dict[str, str]:
    """Return record -> the record that stays for its person; the unknown are left out."""
    at = residents.c
    query = select(at.resident, at.merged_into).where(among(at.resident, sorted(set(ids))))
    return {row["resident"]: row["merged_into"] or row["resident"] for row in work.rows(query)}


def persons(work: Work, *ids: UUID) -> list[str]:
    """Return the records that stay for these. Raises `UnknownResident`."""
    found = people(work, map(str, ids))
    if any(str(each) not in found for each in ids):
        raise UnknownResident
    return [found[str(each)] for each in ids]


def yielded_to(work: Work, ids: Sequence[str]) -> list[str]:
    """Return the records that have yielded to any of these."""
    query = select(residents.c.resident).where(residents.c.merged_into.in_(ids))
    return [row["resident"] for row in work.rows(query.order_by(residents.c.listed))]


def records_of(work: Work, resident: UUID) -> list[str]:
    """Return all records of a resident's person, the one that stays first."""
    [person] = persons(work, resident)
    return [person, *yielded_to(work, [person])]


def linked_among(work: Work, ids: Sequence[str]) -> set[str]:
    """Return which of some residents have yielded, or have others that yielded to them."""
    at = residents.c
    yielded = select(at.resident).where(among(at.resident, ids), at.merged_into.is_not(None))
    stayed = select(at.merged_into).where(among(at.merged_into, ids))
    return {str(each) for row in work.rows(yielded.union(stayed)) for each in row.values()}

"""Whom an assignment is about: named residents, neighbours, by rule, or all of one cadre's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Select, Subquery, select

from services.registration.domain.refusals import NotInUnit
from services.registration.mobilisation.address_groups import LEVELS, group_of
from services.registration.mobilisation.queries import holds_now
from services.registration.mobilisation.views import responsibilities
from services.registration.residents import queries as residents
from services.registration.residents.joining import counted, records
from services.registration.units import queries as units
from shared.town.work import Work

# How the residents of an assignment are chosen.
BY_RULE, BY_NAME, FROM_CADRE = "rule", "residents", "cadre"
CHOICES = (BY_RULE, BY_NAME, FROM_CADRE, *LEVELS)
# The kind under which the privacy desk makes a keyed hash of a group's address.
_GROUP = "address-group"


class Choice(TypedDict):
    """How residents are chosen, and what belongs to the choice.

    `groups` are keys that `address_groups` gave; `leaving` is the cadre whose people they are.
    """

    choice: str
    residents: NotRequired[Sequence[UUID]]
    groups: NotRequired[Sequence[str]]
    cohort: NotRequired[str]
    tie: NotRequired[str]
    unassigned: NotRequired[bool]
    leaving: NotRequired[str]


class Chosen(TypedDict):
    """A resident with the cadre assigned now."""

    resident: str
    identity: str | None
    cohort: str
    tie: str
    cadre: str | None


class Group(TypedDict):
    """Neighbours; `key` stands for the address in an assignment."""

    key: str
    address: str
    people: int
    unassigned: int


class AddressGroups(TypedDict):
    """A unit's addresses in groups."""

    unit: str
    level: str
    groups: list[Group]


def chosen(work: Work, unit: str, which: Choice) -> list[Chosen]:
    """Return the residents of a unit that are chosen, in the order of registration.

    Raises `NotInUnit` for somebody named who is not counted there.
    """
    people, choice = _people(work, unit), which["choice"]
    if choice in LEVELS:
        keys = set(which.get("groups", ()))
        addresses = _addresses(work, people, choice)
        found = [row for row in people if _key(work, addresses[row["resident"]]) in keys]
    elif choice == BY_NAME:
        here = {row["resident"]: row for row in people}
        wanted = dict.fromkeys(map(str, which.get("residents", ())))
        if not here.keys() >= wanted.keys():
            raise NotInUnit(unit=unit)
        found = [here[resident] for resident in wanted]
    elif choice == FROM_CADRE:
        found = [row for row in people if row["cadre"] == which.get("leaving")]
    else:
        found = [row for row in people if _fits(row, which)]
    return [row for row in found if row["cadre"] is None or not which.get("unassigned")]


def ever_assigned(work: Work, unit: str) -> set[str]:
    """Return the residents of a unit who have had a cadre, here or elsewhere."""
    person, at = records().c, responsibilities.c.resident
    here = select(person.resident).where(person.unit == unit)
    return {row["resident"] for row in work.rows(select(at).where(at.in_(here)).distinct())}


def address_groups(work: Work, unit: str, level: str) -> list[Group]:
    """Return a unit's addresses in groups, with how many people live there, and are unassigned.

    Opens the addresses, which is noted as a look. Raises `UnknownUnit`.
    """
    units.unit(work, unit)
    people = _people(work, unit)
    addresses = _addresses(work, people, level)
    groups: dict[str, Group] = {}
    for row in people:
        address = addresses[row["resident"]]
        if address not in groups:
            groups[address] = Group(
                key=_key(work, address), address=address, people=0, unassigned=0
            )
        groups[address]["people"] += 1
        groups[address]["unassigned"] += row["cadre"] is None
    return sorted(groups.values(), key=lambda group: _natural(group["address"]))


def nobodys(work: Work, unit: str, most: int) -> list[Chosen]:
    """Return some residents of a unit whom no cadre is assigned to, at most so many."""
    query = _of_unit(counted(), unit).where(responsibilities.c.cadre.is_(None))
    return work.rows(query.limit(most), Chosen)


def _people(work: Work, unit: str) -> list[Chosen]:
    person = counted()
    return work.rows(_of_unit(person, unit).order_by(person.c.listed), Chosen)


def _of_unit(person: Subquery, unit: str) -> Select[Any, Any, Any, Any, Any]:
    at = person.c
    joined = person.outerjoin(responsibilities, holds_now(at.resident))
    query = select(at.resident, at.identity, at.cohort, at.tie, responsibilities.c.cadre)
    return query.select_from(joined).where(at.unit == unit)


def _addresses(work: Work, people: Sequence[Chosen], level: str) -> dict[str, str]:
    """The part of each resident's address that is the group's."""
    opened = residents.identities(work, people, ("address",))
    return {
        resident: group_of((identity or {}).get("address") or "", level)
        for resident, identity in opened.items()
    }


def _key(work: Work, address: str) -> str:
    return work.privacy.resident_id(_GROUP, address).hex


def _fits(row: Chosen, which: Choice) -> bool:
    cohort, tie = which.get("cohort"), which.get("tie")
    return (not cohort or row["cohort"] == cohort) and (not tie or row["tie"] == tie)


def _natural(address: str) -> tuple[tuple[int, str], ...]:
    """Sort 2号 before 10号."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", address)
    )

"""Making cadres responsible: one resident, a household, a lane, by rule, or when somebody leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registration.calling.address_groups import LEVELS, group_of
from services.registration.calling.cadre_figures import CadreFigures
from services.registration.calling.responsibilities import holds_now
from services.registration.calling.responsibility_views import responsibilities
from services.registration.domain.quotas import Quotas
from services.registration.domain.refusals import NotInUnit, Refusal
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.responsibility_refusals import (
    BadAssignments,
    NobodySelected,
    SelectionChanged,
    TooManySelected,
    UnknownCadre,
)
from services.registration.standing import is_counted
from services.registration.views import residents
from shared.kit.eventstore import blank

MOST_ASSIGNED = 5000
# How the residents of an assignment are chosen.
BY_RULE, BY_NAME, FROM_CADRE = "rule", "residents", "cadre"
CHOICES = (BY_RULE, BY_NAME, FROM_CADRE, *LEVELS)
# The kind under which the privacy desk makes a keyed hash of a group's address.
_GROUP = "address-group"


class Assigning(CadreFigures):
    """Responsibility is given, shared out and passed on."""

    def set_quota(self, unit: str, cadre: str, quota: int) -> dict[str, Any]:
        """Set how many people a cadre is to bring. Raises `UnknownUnit`, `UnknownCadre`."""
        self.stored_unit(unit)
        self._must_be_at_work(unit, [cadre])
        quotas = self.begin(Quotas, Quotas.create_id(unit))
        changed = quotas.set(unit, cadre, quota)
        self.save(quotas)
        status = "set" if changed else "unchanged"
        return {"unit": unit, "cadre": cadre, "quota": quota, "status": status}

    def assign_one(self, resident: UUID, cadre: str, since: date | None) -> dict[str, Any]:
        """Make a cadre responsible for one resident, from today on or an earlier day."""
        unit = self.unit_of(resident)
        done = self.assign(unit, choice=BY_NAME, residents=[resident], cadres=[cadre], since=since)
        return {
            "resident": str(resident),
            "unit": unit,
            "cadre": cadre,
            "since": done["since"],
            "status": "assigned" if done["changed"] else "unchanged",
        }

    def assign(
        self,
        unit: str,
        *,
        choice: str,
        cadres: Sequence[str],
        since: date | None = None,
        dry_run: bool = False,
        expected: int | None = None,
        **which: Any,
    ) -> dict[str, Any]:
        """Share the chosen residents evenly out over cadres, all of them or none.

        `which` belongs to the choice: `residents`, `groups` (keys that `address_groups` gave),
        `cohort`, `tie`, `unassigned`, or `leaving`. In the order of registration, so that
        neighbours stay together. `dry_run` only counts; `expected` is the preview's count.
        Raises `UnknownUnit`, `UnknownCadre`, `NobodySelected`, `TooManySelected`,
        `SelectionChanged`, `BadAssignments`.
        """
        self.stored_unit(unit)
        cadres = list(dict.fromkeys(cadres))
        self._must_be_at_work(unit, cadres)
        chosen = self._chosen(unit, choice, which)
        if not chosen:
            raise NobodySelected
        if len(chosen) > MOST_ASSIGNED:
            raise TooManySelected(len(chosen), MOST_ASSIGNED)
        if expected is not None and expected != len(chosen):
            raise SelectionChanged(expected, len(chosen))
        day = since or self.today()
        changed, counts = self._share_out(unit, chosen, cadres, day)
        if not dry_run:
            self.save(*changed)
        return {
            "unit": unit,
            "since": day.isoformat(),
            "dry_run": dry_run,
            "selected": len(chosen),
            "changed": len(changed),
            "cadres": [{"cadre": each, "people": counts[each]} for each in cadres],
            "before": _counted(row["cadre"] for row in chosen),
        }

    def address_groups(self, unit: str, level: str) -> list[dict[str, Any]]:
        """A unit's addresses in groups, with how many people and how many of them unassigned.

        Opens the addresses, which is noted as a look. `key` stands for the address in commands.
        """
        self.unit(unit)
        groups: dict[str, dict[str, Any]] = {}
        for row, address in self._addresses(unit, level):
            group = groups.setdefault(
                address,
                {"key": self._key(address), "address": address, "people": 0, "unassigned": 0},
            )
            group["people"] += 1
            group["unassigned"] += row["cadre"] is None
        return sorted(groups.values(), key=lambda group: _natural(group["address"]))

    def _share_out(
        self, unit: str, chosen: Sequence[dict[str, Any]], cadres: Sequence[str], day: date
    ) -> tuple[list[Responsibility], dict[str, int]]:
        changed: list[Responsibility] = []
        bad: list[dict[str, Any]] = []
        counts = dict.fromkeys(cadres, 0)
        known = self._ever_assigned(unit)
        for number, row in enumerate(chosen):
            cadre = cadres[number * len(cadres) // len(chosen)]
            counts[cadre] += 1
            resident = UUID(row["resident"])
            stream = Responsibility.create_id(resident)
            # Most are assigned for the first time: their streams need not be looked for.
            begin = self.begin if row["resident"] in known else blank
            held = begin(Responsibility, stream)
            lapsed = row["cadre"] is None
            # Who had the person from a later day on passes them on from that day.
            begins = max(day, held.since) if row["passed_on"] and held.since else day
            try:
                if held.assign(
                    resident,
                    unit,
                    cadre,
                    begins,
                    start=min(self.campaign.start, self.today()),
                    today=self.today(),
                    lapsed=lapsed,
                ):
                    changed.append(held)
            except Refusal as refusal:
                about = {"resident": row["resident"], "code": refusal.code}
                bad.append(about | {"problem": str(refusal)})
        if bad:
            raise BadAssignments(bad)
        return changed, counts

    def _ever_assigned(self, unit: str) -> set[str]:
        """Residents of a unit who have had a cadre, here or elsewhere."""
        here = select(residents.c.resident).where(residents.c.unit == unit)
        at = responsibilities.c.resident
        query = select(at).where(at.in_(here)).distinct()
        return {row["resident"] for row in self.rows(query)}

    def _chosen(self, unit: str, choice: str, which: Mapping[str, Any]) -> list[dict[str, Any]]:
        if choice in LEVELS:
            keys: set[str] = {*(which.get("groups") or ())}
            found = [
                row for row, address in self._addresses(unit, choice) if self._key(address) in keys
            ]
        elif choice == BY_NAME:
            found = self._named(unit, [str(each) for each in which.get("residents") or ()])
        elif choice == FROM_CADRE:
            found = [row for row in self._people(unit) if row["cadre"] == which["leaving"]]
        else:
            found = [row for row in self._people(unit) if _fits(row, which)]
        if which.get("unassigned"):
            found = [row for row in found if row["cadre"] is None]
        return [row | {"passed_on": choice == FROM_CADRE} for row in found]

    def _named(self, unit: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
        here = {row["resident"]: row for row in self._people(unit)}
        if not here.keys() >= set(wanted):
            raise NotInUnit(unit)
        return [here[resident] for resident in dict.fromkeys(wanted)]

    def _people(self, unit: str) -> list[dict[str, Any]]:
        """A unit's residents in the order of registration, with the cadre assigned now."""
        joined = residents.outerjoin(responsibilities, holds_now(residents.c.resident))
        query = select(*residents.c, responsibilities.c.cadre).select_from(joined)
        query = query.where(residents.c.unit == unit, is_counted())
        return self.rows(query.order_by(residents.c.listed))

    def _addresses(self, unit: str, level: str) -> list[tuple[dict[str, Any], str]]:
        people = self._people(unit)
        opened = self.identities(people, ("address",))
        return [
            (row, group_of((opened[row["resident"]] or {}).get("address") or "", level))
            for row in people
        ]

    def _key(self, address: str) -> str:
        assert self.privacy is not None
        return self.privacy.resident_id(_GROUP, address).hex

    def _must_be_at_work(self, unit: str, cadres: Sequence[str]) -> None:
        at_work = self.cadres_at_work(unit)
        for cadre in cadres:
            if cadre not in at_work:
                raise UnknownCadre(cadre, unit)


def _fits(row: Mapping[str, Any], which: Mapping[str, Any]) -> bool:
    wanted = {name: which[name] for name in ("cohort", "tie") if which.get(name)}
    return all(row[name] == value for name, value in wanted.items())


def _counted(cadres: Any) -> list[dict[str, Any]]:
    counts: dict[str | None, int] = {}
    for cadre in cadres:
        counts[cadre] = counts.get(cadre, 0) + 1
    return [
        {"cadre": cadre, "people": counts[cadre]}
        for cadre in sorted(counts, key=lambda each: each or "")
    ]


def _natural(address: str) -> tuple[tuple[int, str], ...]:
    """Sort 2号 before 10号."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", address)
    )

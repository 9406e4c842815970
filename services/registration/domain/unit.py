"""A unit of the town. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.refusals import BadTarget

UNITS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c02")


class Unit(Aggregate):
    """A unit that takes part: its site, its target and its rosters (R02, R15, R16)."""

    @staticmethod
    def create_id(unit: str) -> UUID:
        """One stream a unit code."""
        return uuid5(UNITS, unit)

    @event("UnitListed")
    def __init__(self, *, unit: str, kind: str, name_zh: str, name_en: str) -> None:
        self.unit = unit
        self.kind = kind
        self.name_zh = name_zh
        self.name_en = name_en
        self.site: str | None = None
        self.since: date | None = None
        self.target: int | None = None
        self.last_file: str | None = None

    def dock(self, site: str, since: date) -> None:
        """From `since` on the unit's residents go to this site (R15)."""
        if site != self.site:
            self._on_unit_docked(unit=self.unit, site=site, since=since)

    def set_target(self, target: int) -> None:
        """Set how many people are to complete their course (R02); raises `BadTarget`."""
        if target < 0:
            raise BadTarget(target)
        if target != self.target:
            self._on_target_set(unit=self.unit, target=target)

    def record_import(
        self,
        *,
        file_sha256: str,
        new: int,
        corrected: int,
        unchanged: int,
        close: int,
        errors: int,
    ) -> None:
        """A roster was read (R21); the same file again, changing nothing, is not told twice."""
        if file_sha256 == self.last_file and not new and not corrected and not close:
            return
        self._on_roster_imported(
            unit=self.unit,
            file_sha256=file_sha256,
            rows=new + corrected + unchanged + close + errors,
            new=new,
            corrected=corrected,
            unchanged=unchanged,
            close=close,
            errors=errors,
        )

    @event("UnitDocked")
    def _on_unit_docked(self, *, unit: str, site: str, since: date) -> None:
        self.site = site
        self.since = since

    @event("TargetSet")
    def _on_target_set(self, *, unit: str, target: int) -> None:
        self.target = target

    @event("RosterImported")
    def _on_roster_imported(
        self,
        *,
        unit: str,
        file_sha256: str,
        rows: int,
        new: int,
        corrected: int,
        unchanged: int,
        close: int,
        errors: int,
    ) -> None:
        self.last_file = file_sha256

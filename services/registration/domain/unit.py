"""A unit of the town. The event and field names are the storage format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.belonging_refusals import NamedLater
from services.registration.domain.refusals import BadTarget
from services.registration.domain.taking_back_refusals import AlreadyTakenBack

Given = Mapping[str, object]
"""A first dose: {resident, day, product}."""

UNITS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c02")

# Who stands for a unit (R14).
POSTS = ("chief", "clerk", "contact_leader")


class Unit(Aggregate):
    """A unit that takes part: its site, its target and its rosters (R02, R15, R16)."""

    @staticmethod
    def create_id(unit: str) -> UUID:
        """One stream a unit code."""
        return uuid5(UNITS, unit)

    @event("UnitListed")
    def __init__(self, *, unit: str, kind: str, name_zh: str, name_en: str) -> None:
        self.unit = unit
        self.dockings: dict[date, str] = {}
        self.officers: dict[str, str | None] = dict.fromkeys(POSTS)
        self.named: date | None = None
        self.moves: list[tuple[str, str, date]] = []
        self.target: int | None = None
        self.last_file: str | None = None
        self.taken_back: set[UUID] = set()

    def site_on(self, day: date) -> str | None:
        """The site the unit's residents go to on a day: the latest docking that has begun (R15).

        Before the first docking begins, it is that one's.
        """
        if not self.dockings:
            return None
        begun = [since for since in self.dockings if since <= day]
        return self.dockings[max(begun) if begun else min(self.dockings)]

    def dock(self, site: str, since: date) -> bool:
        """From `since` on the unit's residents go to this site (R15); False when that was said.

        The site they go to already may be said again for a later day: it then holds from that
        day on, whatever is said of the days between.
        """
        if self.dockings.get(since) == site:
            return False
        self._on_unit_docked(unit=self.unit, site=site, since=since)
        return True

    def name_officers(
        self, *, chief: str | None, clerk: str | None, contact_leader: str | None, since: date
    ) -> bool:
        """Name who is in charge from a day on (R14); False when they are already.

        Raises `NamedLater`.
        """
        if self.named is not None and since < self.named:
            raise NamedLater(named=self.named)
        said = {"chief": chief, "clerk": clerk, "contact_leader": contact_leader}
        if said == self.officers:
            return False
        self._on_unit_officers_named(unit=self.unit, since=since, **said)
        return True

    def order_move(self, from_site: str, to_site: str, from_day: date, *, booked: int) -> bool:
        """Let a site give back the unit's courses not begun, which another site books (R15).

        `booked` is how many are known there: an order that was given before and left
        nothing is not given twice, and False is returned.
        """
        said = (from_site, to_site, from_day)
        if said in self.moves and not booked:
            return False
        self._on_bookings_move_ordered(self.unit, *said)
        return True

    def keep_courses(self, site: str, doses: Sequence[Given]) -> None:
        """Tell whose courses have begun at a site and go on there; nobody's: nothing is told."""
        if doses:
            self._on_courses_kept(unit=self.unit, site=site, doses=list(doses))

    def set_target(self, target: int) -> None:
        """Set how many people are to complete their course (R02); raises `BadTarget`."""
        if target < 0:
            raise BadTarget(target=target)
        if target != self.target:
            self._on_target_set(unit=self.unit, target=target)

    def record_import(self, *, file_sha256: str, **counts: int) -> None:
        """A roster was read (R21): how many rows are new, corrected, unchanged, close, errors or
        questions.

        The same file again, changing nothing, is not told twice.
        """
        changing = counts["new"] or counts["corrected"] or counts["close"] or counts["asked"]
        if file_sha256 == self.last_file and not changing:
            return
        self._on_roster_imported(
            unit=self.unit, file_sha256=file_sha256, rows=sum(counts.values()), **counts
        )

    def take_back_roster(
        self, import_id: UUID, file_sha256: str, *, taken_back: int, restored: int, stays: int
    ) -> None:
        """An import was taken back as a whole: so many people (ADR 0037). Raises `AlreadyTakenBack`."""
        if import_id in self.taken_back:
            raise AlreadyTakenBack
        self._on_roster_taken_back(
            unit=self.unit,
            import_id=import_id,
            file_sha256=file_sha256,
            taken_back=taken_back,
            restored=restored,
            stays=stays,
        )

    @event("UnitDocked")
    def _on_unit_docked(self, *, unit: str, site: str, since: date) -> None:
        self.dockings[since] = site

    @event("UnitOfficersNamed")
    def _on_unit_officers_named(
        self,
        *,
        unit: str,
        chief: str | None,
        clerk: str | None,
        contact_leader: str | None,
        since: date,
    ) -> None:
        self.officers = {"chief": chief, "clerk": clerk, "contact_leader": contact_leader}
        self.named = since

    @event("BookingsMoveOrdered")
    def _on_bookings_move_ordered(
        self, unit: str, from_site: str, to_site: str, from_day: date
    ) -> None:
        self.moves.append((from_site, to_site, from_day))

    @event("CoursesKept")
    def _on_courses_kept(self, *, unit: str, site: str, doses: list[Given]) -> None:
        pass

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
        asked: int,
    ) -> None:
        self.last_file = file_sha256

    @event("RosterTakenBack")
    def _on_roster_taken_back(
        self,
        *,
        unit: str,
        import_id: UUID,
        file_sha256: str,
        taken_back: int,
        restored: int,
        stays: int,
    ) -> None:
        self.taken_back.add(import_id)
        if file_sha256 == self.last_file:
            self.last_file = None  # the same file again is news

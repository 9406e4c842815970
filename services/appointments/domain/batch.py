"""A batch of vaccine at a site. The event and field names are the storage format.

Long because its stream is one account: what comes and goes, is held and recalled, is said by one class.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.appointments.domain.fridge_refusals import BatchHeld, HeldAgain, why_held
from services.appointments.domain.stock_refusals import (
    BatchDiffers,
    BatchEmpty,
    BatchExpired,
    BatchRecalled,
    CountedMeanwhile,
    CountUnexplained,
    NoteDiffers,
)
from shared.kit.language import Text
from shared.town.batch_numbers import plain_note

BATCHES = UUID("5f6a0f6e-3b0c-5d7e-9a38-2c1d7e9f0b06")
# A batch began with its first delivery once; now it begins with nothing.
_NEVER = datetime.fromtimestamp(0, UTC)


_SAID = {
    "product": Text("疫苗", "product"),
    "expiry": Text("有效期", "expiry"),
    "per_vial": Text("每瓶剂数", "doses per vial"),
}


class Batch(Aggregate):
    """Doses received = used + wasted + moved + lost + left, always.

    `received` are those of deliveries and of other sites, `moved` those sent to other sites, `lost`
    those a count did not find (below zero: it found more than the books had). `held`: why it is in
    quarantine, by causes; `times`: how often it was put there.
    """

    class_version = 3
    expiry: date

    def begin(self) -> None:
        """Nothing has arrived."""
        self.site = self.batch = self.product = ""
        self.received = self.used = self.wasted = self.moved = self.lost = 0
        self.per_vial = 1
        self.recalled = False
        self.notes: dict[str, list[Any]] = {}
        self.held: dict[str, str] = {}
        self.times = 0
        self.fridge: str | None = None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Read a snapshot of before deliveries had notes and counts were taken."""
        state.update(moved=0, lost=0, per_vial=1, notes={}, _created_on=_NEVER)

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """Read a snapshot of before there was quarantine."""
        state.update(held={}, times=0, fridge=None)

    @staticmethod
    def create_id(site: str, batch: str) -> UUID:
        """One stream a site and batch number."""
        return uuid5(BATCHES, f"{site}:{batch}")

    @property
    def left(self) -> int:
        """Doses that can still be given, wasted or sent on."""
        return self.received - self.used - self.wasted - self.moved - self.lost

    def must_be_of(self, product: str, expiry: date, per_vial: int, called: object = None) -> None:
        """Raise `BatchDiffers` if the batch is here with another product, expiry or size of its vials.

        `called`: its product as people call it.
        """
        if not self.version:
            return
        said = {"product": product, "expiry": expiry, "per_vial": per_vial}
        known = {name: vars(self)[name] for name in said}
        if differs := [_SAID[name] for name in said if said[name] != known[name]]:
            known["product"] = called or self.product
            raise BatchDiffers(batch=self.batch, differs=differs, **known)

    def already(self, way: str, other: str, note: str | None) -> int | None:
        """Return how many doses a note was recorded with, however it is typed; None: it was not."""
        found = self._noted(way, other, note)
        return found[0] if found else None

    def _noted(self, way: str, other: str, note: str | None) -> list[Any] | None:
        """Return the doses of a note, and whereto."""
        if note is None:
            return None
        wanted = plain_note(f"{way} {other} {note}")
        return next((told for key, told in self.notes.items() if plain_note(key) == wanted), None)

    def receive(
        self,
        site: str,
        batch: str,
        product: str,
        doses: int,
        expiry: date,
        per_vial: int,
        note: str | None,
    ) -> None:
        """Take a delivery in; the one of a note's number once. Raises `BatchDiffers`, `NoteDiffers`."""
        self.must_be_of(product, expiry, per_vial)
        if not self._is_known("received", "", note, doses):
            self._on_received(site, batch, product, doses, expiry, per_vial, note)

    def arrive(
        self,
        site: str,
        batch: str,
        product: str,
        doses: int,
        expiry: date,
        per_vial: int,
        day: date,
        from_site: str,
        note: str,
    ) -> None:
        """Take in what another site sent, a note of it once. Raises `BatchDiffers`, `NoteDiffers`."""
        self.must_be_of(product, expiry, per_vial)
        if not self._is_known("arrived", from_site, note, doses):
            self._on_arrived(site, batch, product, doses, expiry, per_vial, day, from_site, note)

    def send(self, day: date, to_site: str, doses: int, note: str) -> None:
        """Send doses to another site, a note once.

        Raises `BatchRecalled`, `BatchHeld`, `BatchEmpty`, `NoteDiffers`.
        """
        if self._is_known("sent", "", note, doses, to_site):
            return
        self._must_be_free()
        self.must_hold(doses)
        self._on_sent(self.site, self.batch, day, to_site, doses, note)

    def _must_be_free(self) -> None:
        if self.recalled:
            raise BatchRecalled(batch=self.batch)
        if self.held:
            raise BatchHeld(batch=self.batch, why=why_held(self.held), causes=list(self.held))

    def _is_known(self, way: str, other: str, note: str | None, doses: int, to: str = "") -> bool:
        """Tell whether a note was recorded already; raise `NoteDiffers` where it said other things."""
        known = self._noted(way, other, note)
        if known is not None and known != [doses, to]:
            raise NoteDiffers(note=note, batch=self.batch, doses=known[0])
        return known is not None

    def must_hold(self, doses: int) -> None:
        """Raise `BatchEmpty` when fewer doses are left."""
        if doses > self.left:
            raise BatchEmpty(batch=self.batch, left=self.left)

    def draw(self, resident: UUID, dose: int, day: date) -> None:
        """Take one dose out. Raises `BatchRecalled`, `BatchHeld`, `BatchExpired`, `BatchEmpty`."""
        self._must_be_free()
        if day > self.expiry:
            raise BatchExpired(batch=self.batch, expiry=self.expiry)
        if not self.left:
            raise BatchEmpty(batch=self.batch, left=0)
        self._on_drawn(self.site, self.batch, resident, dose)

    def waste(self, doses: int, reason: str, opened: bool, note: str | None) -> None:
        """Write doses off. Raises `BatchEmpty` when fewer are left."""
        self.must_hold(doses)
        self._on_wasted(self.site, self.batch, doses, reason, opened, note)

    def count(
        self, day: date, counted: int, explanation: str | None, expected: int | None = None
    ) -> None:
        """Let the books follow a count; a difference is explained.

        `expected`: what the books had when it was counted. Raises `CountedMeanwhile`, `CountUnexplained`.
        """
        if expected is not None and expected != self.left:
            raise CountedMeanwhile(batch=self.batch, expected=expected, left=self.left)
        if counted != self.left and not explanation:
            raise CountUnexplained(batch=self.batch, counted=counted, left=self.left)
        self._on_counted(self.site, self.batch, day, counted, self.left, explanation)

    def recall(self, reason: str) -> None:
        """Stop the batch from being used; a repeat changes nothing."""
        if not self.recalled:
            self._on_recalled(self.site, self.batch, reason)

    def store(self, day: date, fridge: str) -> None:
        """Put the batch into a refrigerator; a repeat changes nothing."""
        if self.fridge != fridge:
            self._on_stored(self.site, self.batch, day, fridge)

    def hold_of_fridge(self, day: date, fridge: str, celsius: float, read_at: str) -> None:
        """Quarantine what lies in a refrigerator, or may, that was too warm or too cold."""
        if self.left and self.fridge in (None, fridge):
            self._on_held(self.site, self.batch, day, "fridge", fridge, celsius, read_at, None)

    def hold_as_it_came(self, day: date, fridge: str, celsius: float, read_at: str) -> None:
        """Quarantine what came into a refrigerator that is too warm or too cold, unless it is held."""
        if "fridge" not in self.held:
            self.hold_of_fridge(day, fridge, celsius, read_at)

    def hold_of_recall(self, day: date, known: str) -> None:
        """Quarantine a batch that looks like one that is ordered back; a repeat changes nothing."""
        if not self.recalled and self.held.get("looks_recalled") != known:
            self._on_held(self.site, self.batch, day, "looks_recalled", None, None, None, known)

    def lift(self, day: date, cause: str, reason: str, decided_by: str, times: int | None) -> None:
        """End the quarantine of a cause; of one that is over nothing changes.

        `times`: how often it was held when it was decided. Raises `HeldAgain`.
        """
        if cause not in self.held:
            return
        if times is not None and times != self.times:
            raise HeldAgain(batch=self.batch)
        self._on_lifted(self.site, self.batch, day, cause, reason, decided_by)

    @event("BatchReceived")
    def _on_received(
        self,
        site: str,
        batch: str,
        product: str,
        doses: int,
        expiry: date,
        per_vial: int,
        note: str | None,
    ) -> None:
        self.site, self.batch, self.product = site, batch, product
        self.expiry, self.per_vial = expiry, per_vial
        self.received += doses
        if note is not None:
            self.notes[f"received  {note}"] = [doses, ""]

    @event("DosesArrived")
    def _on_arrived(
        self,
        site: str,
        batch: str,
        product: str,
        doses: int,
        expiry: date,
        per_vial: int,
        day: date,
        from_site: str,
        note: str,
    ) -> None:
        self.site, self.batch, self.product = site, batch, product
        self.expiry, self.per_vial = expiry, per_vial
        self.received += doses
        self.notes[f"arrived {from_site} {note}"] = [doses, ""]

    @event("DosesSent")
    def _on_sent(
        self, site: str, batch: str, day: date, to_site: str, doses: int, note: str
    ) -> None:
        self.moved += doses
        self.notes[f"sent  {note}"] = [doses, to_site]

    @event("DoseDrawn")
    def _on_drawn(self, site: str, batch: str, resident: UUID, dose: int) -> None:
        self.used += 1

    @event("DosesWasted")
    def _on_wasted(
        self, site: str, batch: str, doses: int, reason: str, opened: bool, note: str | None
    ) -> None:
        self.wasted += doses

    @event("StockCounted")
    def _on_counted(
        self,
        site: str,
        batch: str,
        day: date,
        counted: int,
        expected: int,
        explanation: str | None,
    ) -> None:
        self.lost += expected - counted

    @event("BatchRecalled")
    def _on_recalled(self, site: str, batch: str, reason: str) -> None:
        self.recalled = True

    @event("BatchStored")
    def _on_stored(self, site: str, batch: str, day: date, fridge: str) -> None:
        self.fridge = fridge

    @event("BatchQuarantined")
    def _on_held(
        self,
        site: str,
        batch: str,
        day: date,
        cause: str,
        fridge: str | None,
        celsius: float | None,
        read_at: str | None,
        known: str | None,
    ) -> None:
        self.held[cause] = known or f"{fridge} · {celsius:g} ℃"
        self.times += 1

    @event("QuarantineLifted")
    def _on_lifted(
        self, site: str, batch: str, day: date, cause: str, reason: str, decided_by: str
    ) -> None:
        del self.held[cause]

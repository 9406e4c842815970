"""Histories of a source: it has one, and another from each restored copy that was accepted on.

A store set back to a copy lacks what was said after the copy was made. Where its followers are
told by an operator that this is to count, its next *generation* begins: it shares what lies up to
the `fork` with the history before, and after `after` its chain is turned, so that no message of
the history before continues it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from shared.kit.contracts.chain import POSITION_BYTES, next_link

SIGN = "#"


class Generation(NamedTuple):
    """One accepted history: its number, from 2 on, and where it parts from the one before.

    `fork` is the last position that both have. `after` is where the restored store ended when it
    was accepted, `link` its event's link there.
    """

    number: int
    fork: int
    after: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Histories:
    """A source with all its accepted generations, oldest first."""

    source: str
    accepted: tuple[Generation, ...] = ()

    @property
    def generation(self) -> int:
        """Number of the history that counts."""
        return self.accepted[-1].number if self.accepted else 1

    def name(self, position: int) -> str:
        """Name the history that an event which counts was first told in: `source`, `source#2`."""
        if not self.accepted:
            return self.source
        own = (each.number for each in reversed(self.accepted) if each.fork < position)
        return named(self.source, next(own, 1))

    def link(self, before: bytes, position: int, body: bytes) -> bytes:
        """Return the link of an event that follows the one with the link `before`."""
        if self.accepted:
            before = self.turned(before, position - 1)
        return next_link(before, position, body)

    def turned(self, link: bytes, position: int) -> bytes:
        """Return what is chained to the event at `position`, whose link is `link`."""
        turns = {each.after: each for each in self.accepted}
        turn = turns.get(position)
        # A store that was set back to just before its turn goes on as if it had never turned.
        if turn is None or any(each.fork <= position for each in self._later(turn.number)):
            return link
        told = b"vaxledger generation v1\n" + turn.number.to_bytes(POSITION_BYTES, "big")
        return sha256(told + link).digest()

    def counts(self, number: int, position: int, until: int | None = None) -> bool:
        """Tell whether an event of generation `number` counts, as of generation `until` (now)."""
        newest = self.generation if until is None else until
        later = (each for each in self._later(number) if each.number <= newest)
        return number <= newest and not any(each.fork < position for each in later)

    def must_meet(self, position: int) -> list[Generation]:
        """Return the generations whose accepted end lies ahead of `position`."""
        return [each for each in self.accepted if each.after > position and self._stands(each)]

    def _stands(self, one: Generation) -> bool:
        return not any(each.fork < one.after for each in self._later(one.number))

    def _later(self, number: int) -> list[Generation]:
        return [each for each in self.accepted if each.number > number]


def named(source: str, number: int) -> str:
    """Return the name of a source's history."""
    return source if number == 1 else f"{source}{SIGN}{number}"


def parts_of(history: str) -> tuple[str, int]:
    """Return source and generation of a history's name."""
    source, _, number = history.partition(SIGN)
    return source, int(number or 1)

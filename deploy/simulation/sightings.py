"""Sightings: what has really happened in a simulation, and how often; "sometimes" made countable."""

from __future__ import annotations

from collections import Counter

POINTS = (
    "start: before commit",
    "start: after commit",
    "command: before commit",
    "command: after commit",
    "relay: before publish",
    "relay: half published",
    "relay: published",
    "relay: before commit",
    "relay: after commit",
    "follow: before commit",
    "follow: after commit",
    "follow: before acknowledging",
    "follow: half acknowledged",
    "rebuild: before commit",
    "rebuild: after commit",
)
"""Where a process can be killed: at each durable step, on either side of it."""

FAULTS = (
    "broker lost a message",
    "broker delivered a message twice",
    "broker delivered out of order",
    "broker was away and the relay kept its place",
    "broker came back empty",
    "follower was cut off from the broker",
    "log of a source could not be read",
    "log read filled a gap",
    "duplicate recognised",
    "unreadable message became a dead letter",
    "forged message became a dead letter",
    "forged message with the right next link was refused",
    "changed bytes at a known position were refused",
    "message from far beyond the end was refused",
    "event that is another's to say was disowned",
    "command sent again got its first answer",
    "command in doubt had been done",
    "command in doubt had not been done",
    "command was refused and left nothing",
    "another writer had to wait",
    "disk was full and the command was refused",
    "command of a batch was refused between others",
    "command of a batch was refused after it had written",
    "same key twice in a batch had one effect and one answer",
    "batch was killed before its commit",
    "batch was killed after its commit",
    "disk was full and the batch was refused",
    "power cut took a repeatable commit back",
    "part started on an older disk",
    "source set back was noticed",
    "command was refused by a source set back",
    "source set back was accepted",
    "message of a lost history was refused",
    "second relay published again",
    "second follower found the position moved",
    "views were rebuilt in the middle",
    "clock of a part was wrong",
    "policy decided on another part's event",
    "name was read",
    "name could not be read while registration was away",
    "name of a forgotten person could not be read",
    "person was erased",
    "records were merged",
    "unit went to another site",
    "dose was given",
    "person completed the course",
)
"""What must have happened, and mattered, in a run of many seeds."""


RARE = (
    "follower stood until another source was here",
    "follower of a lost history was not told by the acceptance",
    "source said again what it had lost",
    "second course was begun after a docking",
)
"""What is counted, and too rare to be asked for."""


class Sightings(Counter[str]):
    """How often each thing was seen."""

    def see(self, what: str, times: int = 1) -> None:
        """Count something that has happened; its name stands in one of the lists above."""
        assert what in (*FAULTS, *RARE) or what.removeprefix("killed at ") in POINTS, what
        if times:
            self[what] += times


EXPECTED = (*FAULTS, *(f"killed at {point}" for point in POINTS))

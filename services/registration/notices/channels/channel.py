"""What every channel is: it is handed one message and says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

# Longer than any channel waits for an answer: after it, no try of a dead sender is under way.
LONGEST_TRY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person; only in memory, except `sealed`.

    `id` is the same at every try, and so is `at`, when the notice was released. `sealed` is the
    address and the text under the person's own keys, for a channel that keeps messages.
    """

    id: str
    notice: str
    resident: str
    unit: str
    to: str
    at: str
    title: str
    zh: str
    en: str
    sealed: str = ""

    @property
    def text(self) -> str:
        """The text, one language below the other where it is written in two."""
        return "\n\n".join(filter(None, (self.zh, self.en))) + "\n"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel has taken the message over."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will never take this message; `trouble` is a code and repeats nothing of it."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. `after` is how many seconds the other side asks to wait.

    `doubtful`: the message may have been taken over although nobody said so. `everybody`: the
    trouble is the channel's and not this message's, so others wait too.
    """

    trouble: str
    after: float | None = None
    doubtful: bool = False
    everybody: bool = True


Outcome = Accepted | Rejected | Later


class Channel(Protocol):
    """A way to people.

    `recognises_repeats`: a message sent twice under one id reaches the person once. `rate` is
    messages a second, 0 for no limit.
    """

    name: str
    recognises_repeats: bool
    keeps_messages: bool
    rate: float

    def send(self, message: Message) -> Outcome:
        """Hand one message over; never raises for what the other side does."""
        ...

    def close(self) -> None:
        """End what is open."""
        ...

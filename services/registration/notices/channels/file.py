"""The file: what the embedded default does with messages, for a town without a gateway.

One JSON line a message, on the disk before it counts as sent. Whose it is stands there as the
resident's id; address and text are sealed under the resident's own keys, so that the line becomes
unreadable when the person is erased, in every copy of the file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from services.registration.notices.channels.channel import Accepted, Later, Message, Outcome

FILE = "notices.jsonl"


class MessageFile:
    """Appends messages to a file, each once: what is in it is looked up first."""

    name = "file"
    recognises_repeats = True
    keeps_messages = True
    rate = 0.0

    def __init__(self, path: Path) -> None:
        """Append to `path`, which only its owner can read."""
        self.path = path
        self._known: set[str] | None = None

    def send(self, message: Message) -> Outcome:
        """Append one line and wait until it is on the disk."""
        try:
            known = self._read() if self._known is None else self._known
            if message.id not in known:
                self._append(message)
                known.add(message.id)
        except OSError as error:
            self._known = None
            return Later(f"file-{error.errno}")
        return Accepted()

    def close(self) -> None:
        """Forget what was read."""
        self._known = None

    def _append(self, message: Message) -> None:
        line: dict[str, Any] = {"message": message.id, "notice": message.notice}
        line |= {"resident": message.resident, "unit": message.unit, "sealed": message.sealed}
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> set[str]:
        """Return the ids in the file; a last line that was torn off by a crash is taken away."""
        known: set[str] = set()
        if self.path.exists():
            with self.path.open("r+b") as file:
                whole = 0
                for line in file:
                    if not line.endswith(b"\n"):
                        file.truncate(whole)
                        break
                    whole += len(line)
                    known.add(json.loads(line)["message"])
        self._known = known
        return known

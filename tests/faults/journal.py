"""Journal of acknowledged commands: what the parts have promised, written down by who was promised."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import NamedTuple


class Acknowledged(NamedTuple):
    """A command that was answered with 200: whose it was, and its idempotency key."""

    source: str
    key: str


class Journal:
    """One file, a line a command, on the disk before the next one is sent."""

    def __init__(self, path: Path) -> None:
        """Begin a journal, or go on with it."""
        self.path = path
        self._file = path.open("a")
        self._lock = threading.Lock()

    def acknowledged(self, source: str, key: str) -> None:
        """Write down that a part has said yes."""
        with self._lock:
            self._file.write(json.dumps([source, key]) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def read(self) -> list[Acknowledged]:
        """Everything that was acknowledged, in order."""
        return [Acknowledged(*json.loads(line)) for line in self.path.read_text().splitlines()]

    def close(self) -> None:
        """Write nothing more."""
        self._file.close()

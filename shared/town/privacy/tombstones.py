"""Tombstones: which keys were destroyed, told outside the database.

A database can be restored from an older backup, with the keys it had then. This file is only
appended to; it names keys and holds nothing of a person. Keep it apart from the backups.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from shared.kit.language import at_terminal
from shared.town.privacy.sealing import KeyId

log = logging.getLogger(__name__)


class Tombstones:
    """The file of destroyed keys: one JSON object a line (resident, class, version, at)."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, keys: Iterable[KeyId], at: str) -> None:
        """Write tombstones; they are on the disk when this returns."""
        lines = [
            json.dumps(
                {"resident": k.resident, "class": k.key_class, "version": k.version, "at": at}
            )
            for k in keys
        ]
        if not lines:
            return
        new = not self._file.exists()
        with self._file.open("a+b") as file:
            self._file.chmod(0o600)
            file.seek(0, os.SEEK_END)
            torn = False
            if file.tell():
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
            file.write(("\n" if torn else "").encode() + ("\n".join(lines) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
        if new:
            folder = os.open(self._file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def read(self) -> set[KeyId]:
        """Return the keys that must not exist any more.

        A torn line was never finished, and so its key was not destroyed: it is passed over.
        """
        found: set[KeyId] = set()
        if not self._file.exists():
            return found
        for number, line in enumerate(self._file.read_text().splitlines(), start=1):
            try:
                said = json.loads(line)
                found.add(KeyId(said["resident"], said["class"], int(said["version"])))
            except (ValueError, KeyError, TypeError):
                log.warning(
                    at_terminal(
                        "删除记录：第 {n} 行残缺，已跳过",
                        "tombstones: line {n} is torn and was passed over",
                        n=number,
                    )
                )
        return found

"""Private files: folders, files and logs that nobody but their owner can read, whatever the umask is."""

from __future__ import annotations

import os
from pathlib import Path

UMASK = 0o077
"""Of every process that is started here: what it makes is its owner's alone."""


def own_folder(folder: Path) -> Path:
    """Return a folder, made if it is missing, that its owner alone can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write(path: Path, text: str) -> None:
    """Write a file that was never, not even for a moment, anybody else's to read."""
    own_folder(path.parent)
    with os.fdopen(_opened(path, os.O_TRUNC), "w", encoding="utf-8") as file:
        file.write(text)


def appending(path: Path) -> int:
    """Open a log to be appended to, and take it from others who could read it; its descriptor."""
    return _opened(path, os.O_APPEND)


def _opened(path: Path, how: int) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor

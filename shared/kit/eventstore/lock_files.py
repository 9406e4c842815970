"""Lock files: they lie beside a SQLite database, as private as it is, and of the same owner."""

from __future__ import annotations

import os
from pathlib import Path


def open_lock_file(database: str, what: str) -> int:
    """Return the descriptor of a database's lock file for `what`, made if it is not there.

    As SQLite does it with its log: whoever may write in the database may lock, also when somebody
    else was the first. Raises `OSError`.
    """
    path, flags = f"{database}.{what}-lock", os.O_RDWR | os.O_NOFOLLOW
    like = Path(database).stat()
    try:
        file = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags)
    try:
        if os.geteuid() == 0:
            os.fchown(file, like.st_uid, like.st_gid)
        os.fchmod(file, like.st_mode & 0o666)
    except BaseException:
        os.close(file)
        raise
    return file

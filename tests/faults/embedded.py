"""Kinds of faults of the embedded system: its disk is full, or a store's file may only be read."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.faults.trial import Bench, Fault

RAGE_SECONDS = 20.0


@contextmanager
def _disk_full(bench: Bench) -> Iterator[None]:
    pid = bench.group["embedded"].pid
    assert pid is not None
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, limits[1]))
    time.sleep(RAGE_SECONDS)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    yield


@contextmanager
def _file_only_read(bench: Bench) -> Iterator[None]:
    process = bench.group["embedded"]
    file = make_url(bench.deployment.part("appointments/stadium").store).database
    assert file is not None
    process.stop()
    with only_read(Path(file)):
        process.start()
        time.sleep(RAGE_SECONDS)
        process.stop()
    process.start()
    bench.group.wait_ready(60)
    yield


@contextmanager
def only_read(file: Path) -> Iterator[None]:
    """Let nobody write a file; root, who may write everything, gets it mounted for reading."""
    file.chmod(0o400)
    if root := os.geteuid() == 0:
        for options in (["--bind"], ["-o", "remount,ro,bind"]):
            subprocess.run(["mount", *options, str(file), str(file)], check=True)
    try:
        yield
    finally:
        if root:
            subprocess.run(["umount", str(file)], check=True)
        file.chmod(0o600)


EMBEDDED = (
    Fault("disk full", "no file of the embedded system may grow (RLIMIT_FSIZE), 20 s", _disk_full),
    Fault(
        "file only read",
        "restarted with a site's store that may only be read, 20 s",
        _file_only_read,
    ),
)

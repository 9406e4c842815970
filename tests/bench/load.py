"""Commands sent by wrk at one server: how many a second, how long they took, what went wrong."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from deploy.local.children import ProcessError
from tests.bench.embedded import processor_s

SCRIPT = Path(__file__).parent / "commands.lua"
QUANTILES = ("p50", "p90", "p99", "p99_9", "max")
CORES = os.cpu_count() or 1
TIMEOUT_SECONDS = 30  # what takes longer is an error; what takes less stands in the quantiles
Line = tuple[str, str]
"""The path of a command and its body."""


@dataclass(frozen=True)
class Load:
    """What one run showed."""

    per_s: float
    """Commands a second that were answered with a status below 400."""
    errors: float
    """Refused, broken off, or not answered in time."""
    ms: dict[str, float]
    """How long they took, by quantile, in milliseconds."""
    cpu_s: dict[str, float]
    """Processor seconds of server, database and load."""
    seconds: float
    """Until time or lines ran out."""
    others: float
    """What share of all processors had neither server nor database nor load."""
    done: int
    """Commands answered with a status below 400."""
    sent: int
    """Lines of those to send that were sent."""


def by_zipf(streams: int, number: int, seed: int) -> list[int]:
    """So many choices among streams: the second comes half as often as the first, and so on."""
    weights = [1 / rank for rank in range(1, streams + 1)]
    return random.Random(seed).choices(range(streams), weights=weights, k=number)


def busy_s() -> float:
    """Processor seconds that all processes of the machine have had until now."""
    user, nice, system, _idle, _waiting, *irqs = map(
        int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    )
    return (user + nice + system + sum(irqs)) / os.sysconf("SC_CLK_TCK")


def loaded(
    url: str,
    lines: list[Line],
    token: str,
    folder: Path,
    *,
    clients: int,
    seconds: float,
    processes: dict[str, int],
) -> Load:
    """Send commands over so many connections until time or lines run out.

    `processes` are who works beside wrk, by name; each is charged with its children.
    """
    file = folder / "commands"
    file.write_text("".join(f"{path}\t{body}\n" for path, body in lines))
    argv = ["wrk", "--threads", "1", "--connections", str(clients)]
    argv += ["--duration", f"{max(1, round(seconds))}s", "--timeout", f"{TIMEOUT_SECONDS}s"]
    argv += ["--script", str(SCRIPT), url, "--", str(file), token, uuid.uuid4().hex]
    before, everything, began = _used(processes), busy_s(), time.monotonic()
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProcessError(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    used = {name: each - before[name] for name, each in _used(processes).items()}
    rest = busy_s() - everything - sum(used.values())
    return read(done.stdout, clients, used, max(0.0, rest) / (time.monotonic() - began) / CORES)


def read(printed: str, clients: int, cpu_s: dict[str, float], others: float) -> Load:
    """Read what the script printed last.

    Each client may have one command open when time is up; wrk is silent about others that a server
    took and closed the connection.
    """
    said: dict[str, float] = json.loads(printed.splitlines()[-1])
    seconds, good = said["took"] / 1e6, said["answered"] - said["refused"]
    lost = said["sent"] - said["answered"] - clients
    return Load(
        per_s=good / seconds,
        errors=said["refused"] + max(said["broken"], lost),
        ms={name: said[name] / 1000 for name in QUANTILES},
        cpu_s=cpu_s,
        seconds=seconds,
        others=others,
        done=int(good),
        sent=int(said["sent"]),
    )


def _used(processes: dict[str, int]) -> dict[str, float]:
    """Processor seconds until now; the load's are those of children that have been waited for."""
    wrk = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = {name: processor_s(pid) for name, pid in processes.items()}
    return used | {"load": wrk.ru_utime + wrk.ru_stime}


def is_there() -> bool:
    """Whether wrk can be run; `bash deploy/bootstrap.sh bench` installs it."""
    return shutil.which("wrk") is not None

"""One part served by several processes on one store, behind one address: started, watched, ended together.

    python -m deploy.local.several DEPLOYMENT.json SOURCE PROCESSES

Each of them listens at the part's address (`SO_REUSEPORT`): the kernel gives every new connection
to one of those that are there. One that dies is started again, and the others go on.
"""

from __future__ import annotations

import logging
import math
import signal
import sys
import threading
from functools import partial
from pathlib import Path

from deploy.local.children import ProcessError
from deploy.local.processes import Process
from deploy.local.supervisor import ProcessGroup
from deploy.local.waiting import serving
from shared.kit import language_files
from shared.kit.language import at_terminal, of_terminal, speaking
from shared.kit.memory import ALLOCATOR
from shared.town.deployment import Deployment, Instance

MOST_LINES = 10_000

log = logging.getLogger("vaxledger")


def members(deployment: Deployment, part: Instance, processes: int) -> list[Process]:
    """Return the processes that serve a part together, not yet started."""
    program = [sys.executable, "-W", "ignore", "-m", "deploy.local.serve", "serve"]
    argv = [*program, str(deployment.file), part.source, str(processes)]
    logs = deployment.folder / "logs"
    return [
        Process(name, argv, ALLOCATOR, logs / f"{name.replace('/', '.').replace(' ', '-')}.log")
        for name in (f"{part.source} {number}" for number in range(1, processes + 1))
    ]


def serve_together(deployment: Deployment, part: Instance, processes: int) -> None:
    """Serve a part until SIGTERM or Ctrl-C. Raises `ProcessError` if it does not start.

    It may take long: the database is waited for, and views of another version are made anew.
    """
    stopping = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda _signum, _frame: stopping.set())
    first, *others = members(deployment, part, processes)
    log.info(
        at_terminal(
            "它们的日志在 {folder}", "their logs are in {folder}", folder=first.log_path.parent
        )
    )
    with ProcessGroup(supervise=True) as group:
        # The first one makes the store's tables and keys; the others find them.
        for together in ([first], others):
            for each in together:
                group.add(each, partial(_ready, each, part, stopping))
            try:
                group.start(math.inf)
            except ProcessError:  # whoever stops this one may stop those as well
                if not stopping.is_set():
                    raise
            if stopping.is_set():
                return
        log.info(
            at_terminal(
                "{processes} 个进程在 {url} 服务 {source}",
                "{processes} processes serve {source} at {url}",
                processes=processes,
                source=part.source,
                url=part.url,
            )
        )
        stopping.wait()


def _ready(process: Process, part: Instance, stopping: threading.Event) -> bool:
    """Whether nobody needs to wait for a process: it says itself that it serves; any may answer."""
    return stopping.is_set() or serving(part.source) in process.tail(MOST_LINES)


def main(arguments: list[str]) -> None:
    """Serve the source the command line names."""
    language_files.add_all()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    file, source, processes = arguments
    deployment = Deployment.read(Path(file))
    with speaking(of_terminal()):
        serve_together(deployment, deployment.part(source), int(processes))


if __name__ == "__main__":
    main(sys.argv[1:])

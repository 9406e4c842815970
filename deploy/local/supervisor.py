"""Processes that are started together, watched, started again when they die, and ended together."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from deploy.local.children import POLL, ProcessError
from deploy.local.processes import Process, Ready
from deploy.local.servers import Server, ServerError
from shared.kit.language import at_terminal

log = logging.getLogger(__name__)

FIRST_BACK_OFF, LAST_BACK_OFF = 0.5, 10.0  # seconds before a restart; doubled each time
STEADY = 30.0  # seconds a process must live for its back-off to begin anew


class _Watched(Protocol):
    """What can be started again when it dies: a process, or a server."""

    @property
    def name(self) -> str: ...
    @property
    def wanted(self) -> bool: ...
    @property
    def alive(self) -> bool: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def started_at(self) -> float: ...
    def revive(self) -> bool: ...


class _Restarts:
    """When a dead process may be started again."""

    def __init__(self) -> None:
        self.back_off = FIRST_BACK_OFF
        self.due: float | None = None  # time.monotonic()

    def died(self, now: float, started_at: float) -> None:
        if self.due is None:
            if now - started_at > STEADY:
                self.back_off = FIRST_BACK_OFF
            self.due = now + self.back_off

    def restarted(self) -> None:
        self.due, self.back_off = None, min(self.back_off * 2, LAST_BACK_OFF)


class ProcessGroup:
    """Processes that are started together and stopped together.

    With `supervise`, one that dies unexpectedly is started again after a back-off of 0.5 s, then
    1 s, 2 s ... 10 s, each told to the log of this module. So is a server that the group watches,
    which somebody else starts and stops. Use as a context manager:

        with ProcessGroup(supervise=True) as group:
            group.watch(postgresql)
            group.add(Process("registration", argv, env, log_path), "http://127.0.0.1:8001")
            group.start()
            group["registration"].kill()
    """

    def __init__(self, *, supervise: bool = False) -> None:
        self.supervise = supervise
        self._processes: dict[str, Process] = {}
        self._ready: dict[str, Ready] = {}
        self._servers: list[Server] = []
        self._closing = threading.Event()
        self._watchers: list[threading.Thread] = []

    def add(self, process: Process, ready: Ready | None = None) -> Process:
        """Take `process` into the group, not yet started. Raises ValueError for a name twice."""
        if process.name in self._processes:
            raise ValueError(f"There is already a process named {process.name!r}.")
        if ready is not None:
            self._ready[process.name] = ready
        self._processes = {**self._processes, process.name: process}
        return process

    def watch(self, server: Server) -> None:
        """Start a running server again too, if it dies while the group supervises."""
        self._servers.append(server)

    def __getitem__(self, name: str) -> Process:
        try:
            return self._processes[name]
        except KeyError:
            raise KeyError(f"No process {name!r}; there are {sorted(self._processes)}") from None

    def __iter__(self) -> Iterator[Process]:
        return iter(self._processes.values())

    def __len__(self) -> int:
        return len(self._processes)

    def start(self, seconds: float = 60.0) -> None:
        """Start all that are not alive, in the order they were added, and wait until all are ready.

        Raises ProcessError, with the log's tail of each that failed, after stopping all.
        """
        self._closing.clear()
        try:
            for process in self:
                process.start()
            self.wait_ready(seconds)
        except BaseException:
            self.stop()
            raise
        if self.supervise and not self._watchers:
            # A server takes its time to start: a thread each, so that nobody waits for another's.
            self._begin_watch(lambda: self)
            for server in self._servers:
                self._begin_watch(partial(tuple[_Watched], (server,)))

    def wait_ready(self, seconds: float = 60.0) -> None:
        """Return when all are ready, asked in parallel. Raises ProcessError as `start` does.

        While the group supervises, one that is dead counts as not ready yet.
        """
        deadline, patient = time.monotonic() + seconds, bool(self._watchers)

        def wait(name: str) -> str:
            process, ready = self._processes[name], self._ready.get(name, lambda: True)
            try:
                process.wait_until(ready, deadline, until_dead=not patient)
            except ProcessError as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(max(1, min(32, len(self)))) as pool:
            failures = [text for text in pool.map(wait, list(self._processes)) if text]
        if failures:
            raise ProcessError("\n\n".join(failures))

    def stop(self, seconds: float = 10.0) -> None:
        """End supervision and stop all at once, each as `Process.stop(seconds)`."""
        self._end_watch()
        with ThreadPoolExecutor(max(1, len(self))) as pool:
            list(pool.map(partial(Process.stop, seconds=seconds), self))

    def kill(self) -> None:
        """End supervision and SIGKILL all at once, as a power cut would."""
        self._end_watch()
        with ThreadPoolExecutor(max(1, len(self))) as pool:
            list(pool.map(Process.kill, self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _end_watch(self) -> None:
        self._closing.set()
        if self._watchers:
            for server in self._servers:
                server.let_be()
            for watcher in self._watchers:
                watcher.join()
            self._watchers.clear()

    def _begin_watch(self, watched: Callable[[], Iterable[_Watched]]) -> None:
        thread = threading.Thread(
            target=self._watch, args=(watched,), name="supervisor", daemon=True
        )
        self._watchers.append(thread)
        thread.start()

    def _watch(self, watched: Callable[[], Iterable[_Watched]]) -> None:
        restarts: dict[str, _Restarts] = {}
        while not self._closing.wait(POLL):
            for process in watched():
                if process.wanted and not process.alive:
                    self._attend(process, restarts.setdefault(process.name, _Restarts()))

    def _attend(self, process: _Watched, restarts: _Restarts) -> None:
        now = time.monotonic()
        if restarts.due is None:
            restarts.died(now, process.started_at)
            log.warning(
                at_terminal(
                    "{name} 已退出（{code}），{seconds:.1f} 秒后重新启动",
                    "{name} died ({code}); starting it again in {seconds:.1f} s",
                    name=process.name,
                    code=process.returncode,
                    seconds=restarts.back_off,
                )
            )
        elif now >= restarts.due:
            restarts.restarted()
            try:
                if process.revive():
                    log.warning(
                        at_terminal(
                            "{name} 已重新启动，进程号 {pid}",
                            "{name} started again, pid {pid}",
                            name=process.name,
                            pid=process.pid,
                        )
                    )
            except (ProcessError, ServerError) as error:
                if process.wanted:
                    log.error("%s", error)

"""Child processes that are started together, watched, killed on purpose, and never left behind."""

from __future__ import annotations

import errno
import logging
import os
import pwd
import queue
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

Ready = str | Callable[[], bool]
"""An address (`http://127.0.0.1:8001`, asked for `/health` unless it has a path) or a question."""

POLL = 0.05  # seconds between two looks
FIRST_BACK_OFF, LAST_BACK_OFF = 0.5, 10.0  # seconds before a restart; doubled each time
STEADY = 30.0  # seconds a process must live for its back-off to begin anew


class ProcessError(RuntimeError):
    """A process could not be started, did not become ready, or could not be ended."""


# --- starting: children end with the process that started them ---------------------------------

SETPRIV = shutil.which("setpriv")  # of util-linux; elsewhere children are ended by `stop` only


class _Starter:
    """The one thread that starts all children.

    Linux sends the parent-death signal when the *thread* that forked ends. A child started by a
    worker thread would die with that worker, so children are started by a thread that ends only
    with the whole process.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[
            tuple[Future[subprocess.Popen[bytes]], Callable[[], subprocess.Popen[bytes]]]
        ] = queue.SimpleQueue()
        self._owner = 0
        self._lock = threading.Lock()

    def run(self, job: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._owner != os.getpid():  # first use, or first use after a fork
                self._owner = os.getpid()
                threading.Thread(target=self._work, name="process starter", daemon=True).start()
        future: Future[subprocess.Popen[bytes]] = Future()
        self._jobs.put((future, job))
        return future.result()

    def _work(self) -> None:
        while True:
            future, job = self._jobs.get()
            try:
                future.set_result(job())
            except Exception as error:
                future.set_exception(error)


_starter = _Starter()


def _ending_with_parent(argv: Sequence[str], death_signal: int) -> list[str]:
    """The command that becomes `argv` (same pid) after asking for a signal at our end.

    Not Python between fork and exec (`preexec_fn`): that may lock up a parent with threads.
    """
    if SETPRIV is None:
        return list(argv)
    name = signal.Signals(death_signal).name.removeprefix("SIG")
    still_ours = 'test "$PPID" = "$0" && exec "$@"'  # else we ended before it asked
    return [SETPRIV, "--pdeathsig", name, "/bin/sh", "-c", still_ours, str(os.getpid()), *argv]


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    log_path: Path,
    death_signal: int = signal.SIGKILL,
    cwd: Path | None = None,
    user: pwd.struct_passwd | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, output appended to `log_path`.

    `env` is the whole environment. `death_signal` reaches the child when this process ends for any
    reason, SIGKILL included. `user` (only as root) is whom the child runs as. Raises OSError.
    """
    if shutil.which(argv[0], path=env.get("PATH")) is None:
        raise FileNotFoundError(errno.ENOENT, "No such program", argv[0])

    def job() -> subprocess.Popen[bytes]:
        with log_path.open("ab") as output:
            return subprocess.Popen(
                _ending_with_parent(argv, death_signal),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    log_path.parent.mkdir(parents=True, exist_ok=True)
    return _starter.run(job)


# --- ending: a process and everything it started ------------------------------------------------


def _living() -> dict[int, tuple[int, int]]:
    """Every living process of this machine: pid -> (parent's pid, session)."""
    table: dict[int, tuple[int, int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text(errors="replace")
            except OSError:
                continue
            state, parent, _, session = stat[stat.rindex(")") + 2 :].split()[:4]
            if state not in "ZX":
                table[int(entry)] = (int(parent), int(session))
    return table


def family(child: subprocess.Popen[bytes]) -> set[int]:
    """The pids of a child made by `spawn`, of its session, and of all it started, if alive."""
    table = _living()
    if child.returncode is not None and child.pid in table:
        return set()  # the child was reaped: its number belongs to a stranger now
    found = {pid for pid, (_, session) in table.items() if child.pid in (pid, session)}
    while more := {pid for pid, (parent, _) in table.items() if parent in found} - found:
        found |= more
    return found


def kill_all(pids: set[int], seconds: float = 10.0) -> None:
    """SIGKILL each of `pids` and return when all are gone. Raises ProcessError after `seconds`."""
    for pid in pids:
        _signal(pid, signal.SIGKILL)
    deadline = time.monotonic() + seconds
    while left := pids & _living().keys():
        if time.monotonic() > deadline:
            raise ProcessError(f"Processes {sorted(left)} did not end after SIGKILL.")
        time.sleep(0.01)


def kill_family(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL `child` and all it started; return when all are gone and `child` is reaped."""
    if child.poll() is None:
        _signal(child.pid, signal.SIGSTOP)  # so that it starts nobody while we look
    kill_all(family(child))
    child.wait()


def end_family(child: subprocess.Popen[bytes], stop_signal: int, seconds: float) -> None:
    """Ask `child` to end by `stop_signal`; after `seconds`, or for what it left, SIGKILL."""
    if child.poll() is None:
        _signal(child.pid, stop_signal)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("Process %d ignored signal %d for %s s", child.pid, stop_signal, seconds)
    kill_family(child)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


# --- being ready ---------------------------------------------------------------------------------


def tail(path: Path, lines: int = 20, since: int = 0) -> str:
    """The last `lines` of a log, of what was written after byte `since`."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(since, size - 64_000))
            text = stream.read().decode(errors="replace")
    except OSError as error:
        return f"({error})"
    return "\n".join(text.splitlines()[-lines:]) or "(empty)"


def answers(address: str, seconds: float = 2.0) -> bool:
    """Whether GET on `address` gives a status of 200 to 299 within `seconds`; never raises."""
    url = (
        address
        if urllib.parse.urlsplit(address).path.strip("/")
        else f"{address.rstrip('/')}/health"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as response:
            return 200 <= response.status < 300
    except (OSError, ValueError, urllib.error.URLError):
        return False


class Process:
    """One child process by name. `argv` must be the program itself, not a shell around it.

    `env` is added to this process's environment. Output is appended to `log_path`. Methods may be
    called from any thread.
    """

    def __init__(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None, log_path: Path
    ) -> None:
        self.name = name
        self.argv = [str(part) for part in argv]
        self.env = dict(env or {})
        self.log_path = log_path
        self.wanted = False  # started and not stopped on purpose; a killed one is still wanted
        self.started_at = 0.0  # time.monotonic()
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<Process {self.name!r} pid={self.pid}>"

    @property
    def pid(self) -> int | None:
        """The pid while it is alive."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    @property
    def alive(self) -> bool:
        return self.pid is not None

    @property
    def returncode(self) -> int | None:
        """How the last run ended (minus the signal if by one), None while it runs."""
        return None if self._child is None else self._child.poll()

    def start(self) -> None:
        """Start it unless it is alive. Raises ProcessError if the program cannot be run."""
        with self._lock:
            self.wanted = True
            if self.alive:
                return
            if self._child is not None:
                kill_family(self._child)  # what a dead one left behind
            self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
            try:
                self._child = spawn(
                    self.argv, env={**os.environ, **self.env}, log_path=self.log_path
                )
            except OSError as error:
                raise ProcessError(f"{self.name}: cannot run {self.argv[0]}: {error}") from error
            self.started_at = time.monotonic()

    def stop(self, seconds: float = 10.0) -> None:
        """SIGTERM, and after `seconds` SIGKILL for it and all it started. Not restarted."""
        self.wanted = False
        with self._lock:
            self.wanted = False
            if self._child is not None:
                end_family(self._child, signal.SIGTERM, seconds)

    def kill(self) -> None:
        """SIGKILL it and all it started, as a power cut would. A supervised one is restarted."""
        with self._lock:
            if self._child is not None:
                kill_family(self._child)

    def restart(self, seconds: float = 10.0) -> None:
        """Stop, then start; `seconds` as in `stop`."""
        with self._lock:
            self.stop(seconds)
            self.start()

    def revive(self) -> bool:
        """Start it if it died while wanted; whether it did."""
        with self._lock:
            if not self.wanted or self.alive:
                return False
            self.start()
            return True

    def tail(self, lines: int = 20) -> str:
        """The last `lines` it wrote since its last start."""
        return tail(self.log_path, lines, self._log_start)

    def wait_ready(self, ready: Ready, seconds: float = 30.0) -> None:
        """Return when `ready` says yes. Raises ProcessError, with the log's tail, if it ends
        before or needs more than `seconds`."""
        self.wait_until(ready, time.monotonic() + seconds, until_dead=True)

    def wait_until(self, ready: Ready, deadline: float, *, until_dead: bool) -> None:
        while not (self.alive and (answers(ready) if isinstance(ready, str) else ready())):
            if until_dead and not self.alive:
                raise self._failure(f"ended with {self.returncode} before it was ready")
            if time.monotonic() > deadline:
                where = f" at {ready}" if isinstance(ready, str) else ""
                raise self._failure(f"was not ready{where} in time")
            time.sleep(POLL)

    def _failure(self, what: str) -> ProcessError:
        return ProcessError(f"{self.name} {what}. End of {self.log_path}:\n{self.tail()}")


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
    """Processes that are started together and stopped in reverse order.

    With `supervise`, one that dies unexpectedly is started again after a back-off of 0.5 s, then
    1 s, 2 s ... 10 s, each told to the log of this module. Use as a context manager:

        with ProcessGroup(supervise=True) as group:
            group.add(Process("registration", argv, env, log_path), "http://127.0.0.1:8001")
            group.start()
            group["registration"].kill()
    """

    def __init__(self, *, supervise: bool = False) -> None:
        self.supervise = supervise
        self._processes: dict[str, Process] = {}
        self._ready: dict[str, Ready] = {}
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None

    def add(self, process: Process, ready: Ready | None = None) -> Process:
        """Take `process` into the group, not yet started. Raises ValueError for a name twice."""
        if process.name in self._processes:
            raise ValueError(f"There is already a process named {process.name!r}.")
        if ready is not None:
            self._ready[process.name] = ready
        self._processes = {**self._processes, process.name: process}
        return process

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
        if self.supervise and self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._watcher.start()

    def wait_ready(self, seconds: float = 60.0) -> None:
        """Return when all are ready, asked in parallel. Raises ProcessError as `start` does.

        While the group supervises, one that is dead counts as not ready yet.
        """
        deadline, patient = time.monotonic() + seconds, self._watcher is not None

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
        """End supervision and stop all in reverse order, each as `Process.stop(seconds)`."""
        self._end_watch()
        for process in reversed(list(self)):
            process.stop(seconds)

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
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def _watch(self) -> None:
        restarts: dict[str, _Restarts] = {}
        while not self._closing.wait(POLL):
            for process in self:
                if process.wanted and not process.alive:
                    self._attend(process, restarts.setdefault(process.name, _Restarts()))

    def _attend(self, process: Process, restarts: _Restarts) -> None:
        now = time.monotonic()
        if restarts.due is None:
            restarts.died(now, process.started_at)
            log.warning(
                "%s died (%s); starting it again in %.1f s",
                process.name,
                process.returncode,
                restarts.back_off,
            )
        elif now >= restarts.due:
            restarts.restarted()
            try:
                if process.revive():
                    log.warning("%s started again, pid %s", process.name, process.pid)
            except ProcessError as error:
                log.error("%s", error)

"""Child processes: started so that they end with their parent, ended with all they started."""

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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from deploy.local import private
from shared.kit.language import at_terminal

log = logging.getLogger(__name__)

POLL = 0.05  # seconds between two looks


class ProcessError(RuntimeError):
    """A process could not be started, did not become ready, or could not be ended."""


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
        with os.fdopen(private.appending(log_path), "ab") as output:
            return subprocess.Popen(
                _ending_with_parent(argv, death_signal),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
                umask=private.UMASK,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    private.own_folder(log_path.parent)
    return _starter.run(job)


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
            raise ProcessError(
                at_terminal(
                    "进程 {pids} 在 SIGKILL 之后仍未结束。",
                    "Processes {pids} did not end after SIGKILL.",
                    pids=sorted(left),
                )
            )
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
            log.warning(
                at_terminal(
                    "进程 {pid} 收到信号 {signal} 后 {seconds} 秒仍未结束",
                    "Process {pid} ignored signal {signal} for {seconds} s",
                    pid=child.pid,
                    signal=int(stop_signal),
                    seconds=seconds,
                )
            )
    kill_family(child)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def tail(path: Path, lines: int = 20, since: int = 0) -> str:
    """The last `lines` of a log, of what was written after byte `since`."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(since, size - 64_000))
            text = stream.read().decode(errors="replace")
    except OSError as error:
        return f"({error})"
    return "\n".join(text.splitlines()[-lines:]) or at_terminal("（空）", "(empty)")

"""One child process by name: started, asked whether it is ready, killed on purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.children import POLL, ProcessError, end_family, kill_family, spawn, tail
from shared.kit.language import at_terminal

Ready = str | Callable[[], bool]
"""An address (`http://127.0.0.1:8001`, asked for `/health` unless it has a path) or a question."""


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
                raise ProcessError(
                    at_terminal(
                        "{name}：无法运行 {program}：{error}",
                        "{name}: cannot run {program}: {error}",
                        name=self.name,
                        program=self.argv[0],
                        error=error,
                    )
                ) from error
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
                raise self._failure(
                    at_terminal(
                        "没有就绪就退出了（{code}）",
                        "ended with {code} before it was ready",
                        code=self.returncode,
                    )
                )
            if time.monotonic() > deadline:
                where = f" ({ready})" if isinstance(ready, str) else ""
                raise self._failure(
                    at_terminal("没有按时就绪{where}", "was not ready in time{where}", where=where)
                )
            time.sleep(POLL)

    def _failure(self, what: str) -> ProcessError:
        return ProcessError(
            at_terminal(
                "{name} {what}。{log} 的末尾：\n{tail}",
                "{name} {what}. End of {log}:\n{tail}",
                name=self.name,
                what=what,
                log=self.log_path,
                tail=self.tail(),
            )
        )

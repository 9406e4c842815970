"""Private servers (RabbitMQ, PostgreSQL) for a cluster on one machine, for tests and benchmarks.

Each has its own folder and ports, listens on loopback only, keeps its data when it is killed, and
ends when the process that started it ends. The programs are Debian's; nothing of the system's own
servers is used or touched.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local import private
from deploy.local.children import POLL, end_family, kill_family, tail
from deploy.local.ports import HOST, free_ports, is_free
from shared.kit.language import at_terminal

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
REVIVE_SECONDS = 300.0  # after a crash PostgreSQL first goes through what it had not yet written
PORT_PATIENCE = 10.0  # seconds to wait for a port that is in use


class ServerError(RuntimeError):
    """A server did not start, did not answer, or refused; the message ends with its log's tail."""


class ServerMissing(ServerError):
    """A server's program is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(
            at_terminal(
                "没有安装 {program}。请运行 make servers（或 sudo apt-get install {package}）。",
                "{program} is not installed. Install it with `make servers`"
                " (or `sudo apt-get install {package}`).",
                program=program,
                package=package,
            )
        )


class Server(ABC):
    """What the two servers have in common.

    `folder` holds data, log and a file with the ports; the next start in the same folder comes back
    on the same ports with the same data. Use as a context manager, or `start` and `stop`. Methods
    may be called from any thread.
    """

    NAME: str
    PORTS: tuple[str, ...]  # the first is the one clients use

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = Path(folder).resolve()
        self.log_path = self.folder / "server.log"
        self.wanted = False  # started and not stopped on purpose; a killed one is still wanted
        self.started_at = 0.0  # time.monotonic()
        self._given_port = port
        self._lock = threading.RLock()
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def name(self) -> str:
        """What it is called where processes are told by name."""
        return self.NAME

    @property
    def port(self) -> int:
        """The port clients use; picked and written down at the first call."""
        return self._ports()[self.PORTS[0]]

    @property
    def pid(self) -> int | None:
        """The server's pid while it is alive."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    @property
    def alive(self) -> bool:
        return self.pid is not None

    @property
    def returncode(self) -> int | None:
        """How the last run ended (minus the signal if by one), None while it runs."""
        return None if self._child is None else self._child.poll()

    def start(self, seconds: float = 60.0) -> Self:
        """Start unless alive, and return when a client can work.

        Raises ServerMissing if the program is not installed, ServerError if a port is taken or the
        server does not answer within `seconds`.
        """
        with self._lock:
            self.wanted = True
            if not self.alive:
                self._start(time.monotonic() + seconds)
        return self

    def revive(self) -> bool:
        """Start it if it died while wanted; whether it did. Raises as `start` does."""
        with self._lock:
            if not self.wanted or self.alive:
                return False
            self._start(time.monotonic() + REVIVE_SECONDS)
            return True

    def _start(self, deadline: float) -> None:
        private.own_folder(self.folder)
        if self._child is not None:
            kill_family(self._child)  # what a dead one left behind
        self._clear()
        self._await_free_ports()
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        try:
            self._child = self._launch()
            self.started_at = time.monotonic()
            self._wait(self._answers, deadline)
        except BaseException:
            self.kill()
            raise

    def stop(self, seconds: float = 30.0) -> None:
        """Shut down in order; SIGKILL what is left after `seconds`."""
        self.let_be()
        with self._lock:
            if self._child is not None:
                end_family(self._child, self._stop_signal, seconds)
            self._clear()

    def let_be(self) -> None:
        """Want it no more: nobody starts it again, and who waits for its start gives up."""
        self.wanted = False

    def kill(self) -> None:
        """SIGKILL the server and all its processes, as a power cut would; its data stays.

        A supervised one is started again.
        """
        with self._lock:
            if self._child is not None:
                kill_family(self._child)
            self._clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    _stop_signal: int

    @abstractmethod
    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the server's process."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether a client can work; raises nothing."""

    @abstractmethod
    def _clear(self) -> None:
        """End whatever else of this folder is still running."""

    def _ports(self) -> dict[str, int]:
        """The ports by name, from the folder's file, which is made or corrected if need be."""
        path = self.folder / "ports.json"
        ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        wanted = dict(ports) or dict(zip(self.PORTS, free_ports(len(self.PORTS)), strict=True))
        if self._given_port is not None:
            wanted[self.PORTS[0]] = self._given_port
        if wanted != ports:
            new = path.with_suffix(".new")
            private.write(new, json.dumps(wanted))
            new.replace(path)
        return wanted

    def _await_free_ports(self) -> None:
        """A server that was just told to end may hold its port for a moment."""
        deadline = time.monotonic() + PORT_PATIENCE
        while taken := [port for port in self._ports().values() if not is_free(port)]:
            self._give_up_unless_wanted()
            if time.monotonic() > deadline:
                raise ServerError(
                    at_terminal(
                        "{folder} 里的 {name} 要用 {host} 的端口 {port}，已被别的进程占用。是不是这个文件夹里"
                        "已有一个在运行？如果没有，请删除 {ports}，下次会另选端口。",
                        "{name} in {folder} needs port {port} of {host}, which another process uses."
                        " Is a server running in this folder already? If not, remove {ports} and"
                        " other ports are picked.",
                        name=self.NAME,
                        folder=self.folder,
                        port=taken[0],
                        host=HOST,
                        ports=self.folder / "ports.json",
                    )
                )
            time.sleep(POLL)

    def _wait(self, ready: Callable[[], bool], deadline: float) -> None:
        while not ready():
            self._give_up_unless_wanted()
            if not self.alive:
                code = self._child.returncode if self._child else None
                raise self._failure(
                    at_terminal(
                        "启动时退出了（{code}）", "ended with {code} while it started", code=code
                    )
                )
            if time.monotonic() > deadline:
                raise self._failure(at_terminal("没有按时应答", "did not answer in time"))
            time.sleep(POLL)

    def _give_up_unless_wanted(self) -> None:
        if not self.wanted:
            raise ServerError(
                at_terminal(
                    "不再需要 {name}，已停止启动。",
                    "{name} is wanted no more; its start was given up.",
                    name=self.NAME,
                )
            )

    def _failure(self, what: str) -> ServerError:
        return ServerError(
            at_terminal(
                "{name} {what}。{log} 的末尾：\n{tail}",
                "{name} {what}. End of {log}:\n{tail}",
                name=self.NAME,
                what=what,
                log=self.log_path,
                tail=tail(self.log_path, since=self._log_start),
            )
        )

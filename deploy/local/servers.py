"""Private RabbitMQ and PostgreSQL servers for a cluster on one machine, for tests and benchmarks.

Each has its own folder and ports, listens on loopback only, keeps its data when it is killed, and
ends when the process that started it ends. The programs are Debian's; nothing of the system's own
servers is used or touched.
"""

from __future__ import annotations

import itertools
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import pika
import pika.exceptions
import psycopg
from psycopg import sql

from deploy.local.processes import POLL, end_family, kill_all, kill_family, spawn, tail
from shared.kit.eventstore import Store, rights

RABBITMQ_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
POSTGRESQL_PROGRAMS = Path("/usr/lib/postgresql")  # <version>/bin
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HOST = "127.0.0.1"
OpenStore = Callable[[str], Store]
PORT_PATIENCE = 10.0  # seconds to wait for a port that is in use
FIRST_PORT, PORTS = 10_000, 10_000  # where `free_ports` looks; clients get theirs from 32,768 up
PORTS_APART = 1_009  # between the places where processes with neighbouring numbers begin
_asked = itertools.count()


class ServerError(RuntimeError):
    """A server did not start, did not answer, or refused; the message ends with its log's tail."""


class ServerMissing(ServerError):
    """A server's program is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(
            f"{program} is not installed. Install it with `make servers`"
            f" (or `sudo apt-get install {package}`)."
        )


def free_ports(count: int) -> list[int]:
    """`count` different TCP ports of loopback that nobody listens on now.

    None is of the range clients get theirs from. A process is given each once before any comes
    again, and begins at a place of its own, so that two who ask at the same time do not meet.
    """
    found: list[int] = []
    while len(found) < count:
        port = FIRST_PORT + (os.getpid() * PORTS_APART + next(_asked)) % PORTS
        if _is_free(port):
            found.append(port)
    return found


def listens(port: int) -> bool:
    """Whether a server accepts connections on this port of loopback."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as client:
            # A port of the range for clients may meet itself when nobody listens.
            return client.getsockname() != client.getpeername()
    except OSError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


class Server(ABC):
    """What the two servers have in common.

    `folder` holds data, log and a file with the ports; the next start in the same folder comes back
    on the same ports with the same data. Use as a context manager, or `start` and `stop`.
    """

    NAME: str
    PORTS: tuple[str, ...]  # the first is the one clients use

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = Path(folder).resolve()
        self.log_path = self.folder / "server.log"
        self._given_port = port
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

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

    def start(self, seconds: float = 60.0) -> Self:
        """Start unless alive, and return when a client can work.

        Raises ServerMissing if the program is not installed, ServerError if a port is taken or the
        server does not answer within `seconds`.
        """
        if self.alive:
            return self
        deadline = time.monotonic() + seconds
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clear()
        self._await_free_ports()
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        try:
            self._child = self._launch()
            self._wait(self._answers, deadline)
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self, seconds: float = 30.0) -> None:
        """Shut down in order; SIGKILL what is left after `seconds`."""
        if self._child is not None:
            end_family(self._child, self._stop_signal, seconds)
        self._clear()

    def kill(self) -> None:
        """SIGKILL the server and all its processes, as a power cut would; its data stays."""
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
            self.folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(json.dumps(wanted))
            new.replace(path)
        return wanted

    def _await_free_ports(self) -> None:
        """A server that was just told to end may hold its port for a moment."""
        deadline = time.monotonic() + PORT_PATIENCE
        while taken := [port for port in self._ports().values() if not _is_free(port)]:
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.NAME} in {self.folder} needs port {taken[0]} of {HOST}, which another"
                    " process uses. Is a server running in this folder already? If not, remove"
                    f" {self.folder / 'ports.json'} and other ports are picked."
                )
            time.sleep(POLL)

    def _wait(self, ready: Callable[[], bool], deadline: float) -> None:
        while not ready():
            if not self.alive:
                code = self._child.returncode if self._child else None
                raise self._failure(f"ended with {code} while it started")
            if time.monotonic() > deadline:
                raise self._failure("did not answer in time")
            time.sleep(POLL)

    def _failure(self, what: str) -> ServerError:
        lines = tail(self.log_path, since=self._log_start)
        return ServerError(f"{self.NAME} {what}. End of {self.log_path}:\n{lines}")


class RabbitMQ(Server):
    """One RabbitMQ node with an Erlang port mapper of its own.

    Without `define` it knows the user and password `guest`; with it the users of its definitions.
    """

    NAME = "RabbitMQ"
    PORTS = ("amqp", "distribution", "epmd")
    _stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, port: int | None = None) -> None:
        super().__init__(folder, port)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._operator = ("guest", "guest")

    def define(self, definitions: dict[str, Any], user: str, password: str) -> None:
        """Have the node load users, rights and topology when it starts; `user` is the operator."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "definitions.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(definitions))
        self._operator = (user, password)

    @property
    def url(self) -> str:
        """Where kombu, nameko and pika find it.

        The virtual host `/` is written `%2F`: pika reads a bare `//` as the host without a name.
        """
        return self.url_for(*self._operator)

    def url_for(self, user: str, password: str) -> str:
        """The same for another user."""
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{HOST}:{self.port}/%2F"

    @property
    def node(self) -> str:
        """The node's name. The broker keeps its data under it, so the folder remembers it too."""
        path = self.folder / "node"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(f"vaxledger-{secrets.token_hex(4)}@localhost")
        return path.read_text()

    def ctl(self, *arguments: str, seconds: float = 60.0) -> str:
        """What `rabbitmqctl <arguments>` prints. Raises ServerError if it fails."""
        result = subprocess.run(
            [str(RABBITMQ_PROGRAMS / "rabbitmqctl"), *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
        if result.returncode:
            raise ServerError(
                f"rabbitmqctl {' '.join(arguments)}: {result.stderr or result.stdout}"
            )
        return result.stdout

    def _launch(self) -> subprocess.Popen[bytes]:
        # The script in lib/rabbitmq/bin runs as anybody; the one in sbin wants to be root.
        program = RABBITMQ_PROGRAMS / "rabbitmq-server"
        epmd = shutil.which("epmd", path=SEARCH_PATH)
        if not program.exists() or epmd is None:
            raise ServerMissing("RabbitMQ", "rabbitmq-server")
        self._write_configuration()
        environment, epmd_log = self._environment(), self.folder / "epmd.log"
        # The node would start a daemon of its own, which nobody ends, if none listened here.
        self._epmd = spawn([epmd], env=environment, log_path=epmd_log, cwd=self.folder)
        deadline = time.monotonic() + 10
        while not listens(self._ports()["epmd"]):
            if self._epmd.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"epmd does not start. End of {epmd_log}:\n{tail(epmd_log)}")
            time.sleep(0.01)
        return spawn([str(program)], env=environment, log_path=self.log_path, cwd=self.folder)

    def _write_configuration(self) -> None:
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(20))
            cookie.chmod(0o400)
        (self.folder / "enabled_plugins").write_text("[].\n")
        lines = ["disk_free_limit.absolute = 50MB", "vm_memory_high_watermark.relative = 0.4"]
        if (definitions := self.folder / "definitions.json").exists():
            lines.append(f"load_definitions = {definitions}")
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")

    def _environment(self) -> dict[str, str]:
        """All of it: what the caller's environment says of other nodes must not reach this one."""
        ports, loopback = self._ports(), "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "PATH": SEARCH_PATH,
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),  # where the cookie is
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(ports["epmd"]),
            # With input allowed the script becomes the Erlang VM, so our child is the VM itself
            # and signals and the parent's death reach it; -noinput takes the input away again.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-noinput {loopback}",
            "RABBITMQ_CTL_ERL_ARGS": loopback,
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
        }

    def _answers(self) -> bool:
        if not listens(self.port):
            return False
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def _clear(self) -> None:
        if self._epmd is not None:
            kill_family(self._epmd)
            self._epmd = None


class PostgreSQL(Server):
    """One PostgreSQL server with a superuser `vaxledger`, whose password lies in the folder.

    fsync stays on. Started by root it runs as the user `postgres`; the data folder is handed over
    as an open descriptor, so it may lie below a folder that user cannot enter.
    """

    NAME = "PostgreSQL"
    PORTS = ("postgresql",)
    USER = "vaxledger"
    SETTINGS = (
        f"listen_addresses={HOST}",
        "unix_socket_directories=",
        "max_connections=300",
        "timezone=UTC",
        "log_timezone=UTC",
    )
    _stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        """Where SQLAlchemy finds `database`, as its owner."""
        return self.url_for(database, self.USER, self.password)

    def url_for(self, database: str, role: str, password: str) -> str:
        """Where SQLAlchemy finds `database`, as somebody else."""
        user = f"{quote(role, safe='')}:{quote(password, safe='')}"
        return f"postgresql+psycopg://{user}@{HOST}:{self.port}/{database}"

    def conninfo(self, database: str) -> str:
        """Where psycopg and psql find `database`."""
        user = f"{self.USER}:{self.password}"
        return f"postgresql://{user}@{HOST}:{self.port}/{quote(database, safe='')}"

    @property
    def password(self) -> str:
        """The superuser's, drawn on first use and readable for the folder's owner only."""
        file = self.folder / "password"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(20))
        return file.read_text()

    def create_database(self, name: str) -> str:
        """Make sure there is a database of this name; its `url`."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                try:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    pass  # somebody else was as quick
        return self.url(name)

    def prepare(self, database: str, role: str, password: str, open_store: OpenStore) -> None:
        """Make a part's database, its tables and its role, which owns nothing of them.

        `open_store(url)` opens the part's store as the owner, which makes what is missing.
        """
        store = open_store(self.create_database(database))
        try:
            with psycopg.connect(self.conninfo(database), autocommit=True) as connection:
                rights.make_role(connection, role, password)
                rights.grant(connection, database, role, store)
        finally:
            store.close()

    def kill(self) -> None:
        """As of any server; its shared memory goes too, which a power cut would not leave."""
        files, segments = _shared_memory(_inhabitants(self.data) if self.alive else set())
        super().kill()
        for path in files:
            Path(path).unlink(missing_ok=True)
        for segment in segments:
            subprocess.run(["ipcrm", "-m", segment], capture_output=True, check=False)

    def _launch(self) -> subprocess.Popen[bytes]:
        programs = self._programs()
        if not self.data.exists():
            self._initialise(programs / "initdb")
        settings = [word for each in self.SETTINGS for word in ("-c", each)]
        with self._handed_over(self.data) as (path, options):
            return spawn(
                [str(programs / "postgres"), "-D", path, "-p", str(self.port), *settings],
                log_path=self.log_path,
                death_signal=self._stop_signal,
                **options,
            )

    def _programs(self) -> Path:
        """The folder of the programs: of the version that made the data, else the newest."""
        made_by = self.data / "PG_VERSION"
        version = made_by.read_text().strip() if made_by.exists() else "*"
        found = [path.parent for path in POSTGRESQL_PROGRAMS.glob(f"{version}/bin/postgres")]
        if not found:
            known = "" if version == "*" else f"-{version}"
            raise ServerMissing(f"PostgreSQL{known.replace('-', ' ')}", f"postgresql{known}")
        return max(found, key=lambda path: [int(n) for n in path.parent.name.split(".")])

    def _initialise(self, initdb: Path) -> None:
        """Make the data folder under another name first: half of one would never start."""
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        access = ["--username", self.USER, "--auth=scram-sha-256"]
        locale = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"]
        with self._handed_over(new) as (path, options), _in_memory(self.password) as secret:
            if user := options.get("user"):
                os.fchown(secret, user.pw_uid, user.pw_gid)
            options["pass_fds"] = (*options.get("pass_fds", ()), secret)
            access.append(f"--pwfile=/proc/self/fd/{secret}")
            argv = [str(initdb), "-D", path, *access, *locale]
            child = spawn(argv, log_path=self.log_path, **options)
            failed = child.wait()
        if failed:
            raise self._failure("could not be initialised")
        new.rename(self.data)

    @contextmanager
    def _handed_over(self, data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        """How a child, who must not be root, finds the folder: its path, and options of `spawn`."""
        options: dict[str, Any] = {"env": {"PATH": SEARCH_PATH, "LC_ALL": "C", "TZ": "UTC"}}
        if os.geteuid() != 0:
            yield str(data), options
            return
        user = _unprivileged()
        os.chown(data, user.pw_uid, user.pw_gid)
        descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        try:
            options |= {"user": user, "pass_fds": (descriptor,), "cwd": Path("/")}
            yield f"/proc/self/fd/{descriptor}", options
        finally:
            os.close(descriptor)

    def _answers(self) -> bool:
        if not listens(self.port):
            return False
        try:
            psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
        except psycopg.Error:
            return False
        return True

    def _clear(self) -> None:
        """End what a killed server left: processes that hold its memory, and its lock file.

        A postmaster of ours that is just shutting down is left alone: its port is waited for.
        """
        if not self.data.exists() or self.alive:
            return
        inhabitants = _inhabitants(self.data)
        lock = self.data / "postmaster.pid"
        owner = int(lock.read_text().split()[0]) if lock.exists() else None
        if owner in inhabitants:
            return
        kill_all(inhabitants)
        lock.unlink(missing_ok=True)


@contextmanager
def _in_memory(text: str) -> Iterator[int]:
    """A file that is on no disk, for a child to read: its descriptor."""
    descriptor = os.memfd_create("vaxledger")
    try:
        os.write(descriptor, text.encode())
        yield descriptor
    finally:
        os.close(descriptor)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError("PostgreSQL must not run as root, and there is no user `postgres`.")


def _inhabitants(folder: Path) -> set[int]:
    """The living processes whose working folder this is, as it is of every PostgreSQL process."""
    here, found = folder.stat(), set[int]()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                there = os.stat(f"/proc/{entry}/cwd")
            except OSError:
                continue
            if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
                found.add(int(entry))
    return found


def _shared_memory(pids: set[int]) -> tuple[set[str], set[str]]:
    """What PostgreSQL's processes share: files (POSIX) and segment numbers (System V)."""
    files, segments = set[str](), set[str]()
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
        except OSError:
            continue
        for words in (line.split(maxsplit=5) for line in lines):
            if len(words) == 6 and words[5].startswith("/dev/shm/PostgreSQL."):  # nosec B108
                files.add(words[5])
            elif len(words) == 6 and words[5].startswith("/SYSV"):
                segments.add(words[4])  # the kernel shows the number as the inode
    return files, segments

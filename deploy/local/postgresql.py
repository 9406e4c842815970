"""A private PostgreSQL server, whose databases and roles are made as the parts need them."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local import private
from deploy.local.children import kill_all, spawn
from deploy.local.ports import HOST, listens
from deploy.local.servers import SEARCH_PATH, Server, ServerError, ServerMissing
from shared.kit.eventstore import Store, rights
from shared.kit.language import at_terminal

POSTGRESQL_PROGRAMS = Path("/usr/lib/postgresql")  # <version>/bin
OpenStore = Callable[[str], Store]


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

    def __init__(self, folder: Path, port: int | None = None) -> None:
        super().__init__(folder, port)
        self._memory = (set[str](), set[str]())  # that it shares since its start

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
            private.write(file, secrets.token_hex(20))
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
                # Of a new server everybody may enter these two.
                connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
                rights.make_role(connection, role, password)
                rights.grant(connection, database, role, store)
        finally:
            store.close()

    def kill(self) -> None:
        """As of any server; its shared memory goes too, which a power cut would not leave."""
        with self._lock:
            if self.alive:
                self._memory = _shared_memory(_inhabitants(self.data))
            super().kill()

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
            raise self._failure(at_terminal("无法初始化", "could not be initialised"))
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
        self._memory = _shared_memory(_inhabitants(self.data))
        return True

    def _clear(self) -> None:
        """End what a killed server left: processes, the memory they share, and its lock file.

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
        (files, segments), self._memory = self._memory, (set[str](), set[str]())
        for path in files:
            Path(path).unlink(missing_ok=True)
        for segment in segments:
            subprocess.run(["ipcrm", "-m", segment], capture_output=True, check=False)


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

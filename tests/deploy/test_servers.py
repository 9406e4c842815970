"""Private servers: what is committed survives SIGKILL, and no server survives its parent."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pika
import psycopg
import pytest

from deploy.local import children, ports, servers
from deploy.local import postgresql as postgresql_server
from deploy.local import rabbitmq as rabbitmq_server
from deploy.local.postgresql import PostgreSQL
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.servers import Server, ServerError, ServerMissing
from tests.support.rabbitmqctl import rabbitmqctl
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
QUEUE = "reporting from registration"


def dwellers(folder: Path) -> set[int]:
    """The living processes whose working folder is `folder` or below, as all of a server's are."""
    found = set[int]()
    for pid in children._living():
        try:
            if Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(folder):
                found.add(pid)
        except OSError:
            continue
    return found


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which no process may be left when the test ends."""
    folder = tmp_path_factory.mktemp("servers")
    yield folder
    assert not dwellers(folder)


@pytest.fixture
def run(folder: Path) -> Iterator[Callable[[type[Server]], Server]]:
    started: list[Server] = []

    def start(kind: type[Server]) -> Server:
        server = kind(folder / "a folder")
        started.append(server)
        try:
            return server.start()
        except ServerMissing as missing:
            pytest.skip(str(missing))

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def rabbitmq(run: Callable[[type[Server]], Server]) -> RabbitMQ:
    server = run(RabbitMQ)
    assert isinstance(server, RabbitMQ)
    return server


@pytest.fixture
def postgresql(run: Callable[[type[Server]], Server]) -> PostgreSQL:
    server = run(PostgreSQL)
    assert isinstance(server, PostgreSQL)
    return server


def publish(server: RabbitMQ, body: bytes) -> None:
    with pika.BlockingConnection(pika.URLParameters(server.url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        properties = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", QUEUE, body, properties, mandatory=True)


def is_on_disk(server: RabbitMQ) -> bool:
    """Whether the broker has written the queue's name down, which takes it a second.

    RabbitMQ 3.10 answers a declaration before that; a quorum queue whose broker is killed in
    between finds no leader ever after (confirmed messages included).
    """
    names = server.folder.glob("mnesia/*/quorum/*/names.dets")
    return any(QUEUE.encode() in path.read_bytes() for path in names)


def fetch(server: RabbitMQ) -> bytes | None:
    with pika.BlockingConnection(pika.URLParameters(server.url)) as connection:
        return connection.channel().basic_get(QUEUE, auto_ack=True)[2]


def listeners(pids: set[int]) -> set[str]:
    """The addresses (hexadecimal, as the kernel writes them) on which these processes listen."""
    sockets = set[str]()
    for pid in pids:
        with suppress(FileNotFoundError):  # it has ended meanwhile, and listens nowhere
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    sockets.add(os.readlink(descriptor).removeprefix("socket:[").rstrip("]"))
    found = set[str]()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in sockets:
                found.add(words[1].split(":")[0])
    return found


LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def test_a_confirmed_message_survives_the_brokers_death(rabbitmq: RabbitMQ) -> None:
    publish(rabbitmq, "接种".encode())
    until(lambda: is_on_disk(rabbitmq))
    url, pid = rabbitmq.url, rabbitmq.pid
    rabbitmq.kill()
    assert not rabbitmq.alive
    assert not dwellers(rabbitmq.folder)

    rabbitmq.start()
    assert rabbitmq.url == url
    assert rabbitmq.pid not in (pid, None)
    assert fetch(rabbitmq) == "接种".encode()

    publish(rabbitmq, b"second")
    rabbitmq.stop()
    assert not dwellers(rabbitmq.folder)
    assert RabbitMQ(rabbitmq.folder).url == url
    with RabbitMQ(rabbitmq.folder) as again:
        assert fetch(again) == b"second"


def test_rabbitmq_keeps_to_loopback_and_answers_questions(rabbitmq: RabbitMQ) -> None:
    assert listeners(dwellers(rabbitmq.folder)) <= LOOPBACK
    assert rabbitmqctl(rabbitmq, "eval", "1 + 1.").strip() == "2"
    assert rabbitmqctl(rabbitmq, "eval", "rabbit_alarm:get_alarms().").strip() == "[]"


def test_a_committed_row_survives_the_servers_death(postgresql: PostgreSQL) -> None:
    assert postgresql.create_database("registration") == postgresql.url("registration")
    postgresql.create_database("registration")
    with psycopg.connect(postgresql.conninfo("registration")) as connection:
        connection.execute("CREATE TABLE said (what text)")
        connection.execute("INSERT INTO said VALUES ('接种')")
    url, pid = postgresql.url("registration"), postgresql.pid
    open_session = psycopg.connect(postgresql.conninfo("registration"))
    files, segments = postgresql_server._shared_memory(dwellers(postgresql.folder))
    assert files and segments
    postgresql.kill()
    assert not any(map(os.path.exists, files))
    left = Path("/proc/sysvipc/shm").read_text().splitlines()
    assert not segments & {line.split()[1] for line in left}
    assert not postgresql.alive
    assert not dwellers(postgresql.folder)
    assert (postgresql.folder / "data/PG_VERSION").exists()
    open_session.close()

    again = PostgreSQL(postgresql.folder)
    with again, psycopg.connect(again.conninfo("registration")) as connection:
        assert again.url("registration") == url
        assert again.pid != pid
        assert connection.execute("SELECT what FROM said").fetchall() == [("接种",)]
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    assert not dwellers(postgresql.folder)


def test_postgresql_starts_though_its_postmaster_left_sessions_and_a_lock(
    postgresql: PostgreSQL,
) -> None:
    with psycopg.connect(postgresql.conninfo("postgres")):
        pid = postgresql.pid
        assert pid is not None
        for dweller in dwellers(postgresql.folder) - {pid}:
            os.kill(dweller, signal.SIGSTOP)  # they must not notice
        os.kill(pid, signal.SIGKILL)
        until(lambda: not postgresql.alive)
        assert dwellers(postgresql.folder)
    lock = postgresql.data / "postmaster.pid"
    lines = lock.read_text().splitlines(keepends=True)
    lock.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))  # its number, taken by a stranger

    postgresql.start()
    with psycopg.connect(postgresql.conninfo("postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_postgresql_keeps_to_loopback_and_compares_bytes(postgresql: PostgreSQL) -> None:
    assert listeners(dwellers(postgresql.folder)) <= LOOPBACK
    with psycopg.connect(postgresql.conninfo("postgres")) as connection:
        assert connection.execute("SELECT 'B' < 'a', lower('É')").fetchone() == (True, "é")
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the folder over")
def test_root_may_keep_postgresql_below_a_closed_folder(folder: Path) -> None:
    folder.chmod(0o700)
    try:
        with PostgreSQL(folder / "below") as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid != 0
            assert server.data.stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("kind", [PostgreSQL, RabbitMQ])
def test_a_server_dies_with_its_parent(kind: type[Server], folder: Path) -> None:
    script = f"""
import time
from pathlib import Path
from {kind.__module__} import {kind.__name__}
from deploy.local.servers import ServerMissing
try:
    print({kind.__name__}(Path({str(folder)!r})).start().pid, flush=True)
except ServerMissing as missing:
    print(missing, flush=True)
time.sleep(600)  # it is killed long before
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"},
    ) as parent:
        assert parent.stdout is not None
        said = parent.stdout.readline()
        parent.kill()
        parent.wait()
    if not said.strip().isdigit():
        pytest.skip(said)
    until(lambda: int(said) not in children._living())
    until(lambda: not dwellers(folder))
    with kind(folder) as again:
        assert again.alive


@pytest.mark.parametrize("kind", [PostgreSQL, RabbitMQ])
def test_a_missing_program_is_named_with_its_remedy(
    kind: type[Server], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbitmq_server, "RABBITMQ_PROGRAMS", folder / "nowhere")
    monkeypatch.setattr(postgresql_server, "POSTGRESQL_PROGRAMS", folder / "nowhere")
    server = kind(folder)
    with pytest.raises(ServerMissing, match=rf"没有安装 {kind.NAME}。请运行 make servers"):
        server.start()
    assert not server.alive


def test_data_of_another_postgresql_asks_for_that_one(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/PG_VERSION").write_text("9\n")
    with pytest.raises(ServerMissing, match="没有安装 PostgreSQL 9。.*postgresql-9"):
        PostgreSQL(folder).start()


def test_a_taken_port_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PORT_PATIENCE", 0.1)
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"要用 127.0.0.1 的端口 {port}，已被别的进程占用"):
            PostgreSQL(folder, port).start()


def test_a_server_that_ends_while_it_starts_is_reported_with_its_last_words(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.stop()
    monkeypatch.setattr(PostgreSQL, "SETTINGS", ("no_such_setting=1",))
    with pytest.raises(ServerError, match=r"(?s)PostgreSQL 启动时退出了（1）.*no_such_setting"):
        postgresql.start()


def test_a_folder_remembers_its_ports(folder: Path) -> None:
    first, second = RabbitMQ(folder / "one"), RabbitMQ(folder / "two")
    assert RabbitMQ(folder / "one").url == first.url != second.url
    assert RabbitMQ(folder / "one").node == first.node != second.node
    assert RabbitMQ(folder / "one", 5673).url.endswith(":5673/%2F")
    assert RabbitMQ(folder / "one").port == 5673


def test_free_ports_are_given_once_and_no_client_gets_one() -> None:
    found = ports.free_ports(20) + ports.free_ports(20)
    assert len(set(found)) == 40
    assert max(found) < 32_768, "the kernel may give it to a client"

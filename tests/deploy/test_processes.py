"""Processes: ready, killed, started again, stopped, and none left behind."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import children, processes, supervisor
from deploy.local.children import ProcessError, tail
from deploy.local.ports import free_ports
from deploy.local.processes import Process
from deploy.local.supervisor import ProcessGroup
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]

SERVICE = """
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

ready_at = time.monotonic() + float(sys.argv[2])

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        up = self.path == "/health" and time.monotonic() >= ready_at
        self.send_response(200 if up else 503)
        self.end_headers()
    def log_message(self, *_):
        pass

print("listening", flush=True)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

# These live until they are ended, and ten minutes at most, so that a broken test leaves nobody.
SLEEP = "import time; print('here', flush=True); time.sleep(600)"

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP

WRITES_NAME_WHEN_STOPPED = """
import signal, sys, time
def stop(*_):
    open(sys.argv[1], "a").write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("here", flush=True)
time.sleep(600)
"""

ENDS_ONCE_ALL_ARE_ASKED = """
import signal, sys, time
def stop(*_):
    open(sys.argv[1], "a").write("asked\\n")
    while open(sys.argv[1]).read().count("asked") < 3:
        time.sleep(0.01)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("here", flush=True)
time.sleep(600)
"""

STARTS_OTHERS = """
import subprocess, sys, time
nap = [sys.executable, "-c", "import time; time.sleep(600)"]
pids = [subprocess.Popen(nap, start_new_session=apart).pid for apart in (False, True)]
print("started", *pids, flush=True)
time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    return pid in children._living()


@pytest.fixture(autouse=True)
def leaves_nobody() -> Iterator[None]:
    def mine() -> set[int]:
        return {pid for pid, (parent, _) in children._living().items() if parent == os.getpid()}

    before = mine()
    yield
    until(lambda: mine() <= before)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("processes")


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[..., Process]]:
    made: list[Process] = []

    def make_process(name: str, script: str, *arguments: object) -> Process:
        argv = [sys.executable, "-c", script, *map(str, arguments)]
        made.append(Process(name, argv, {}, folder / f"{name}.log"))
        return made[-1]

    yield make_process
    for process in made:
        process.stop(0)


def says(process: Process, text: str = "here") -> Callable[[], bool]:
    return lambda: text in process.tail()


def test_it_is_ready_when_its_health_page_says_so(make: Callable[..., Process]) -> None:
    [port] = free_ports(1)
    process = make("registration", SERVICE, port, 0.3)
    started = time.monotonic()
    process.start()
    process.wait_ready(f"http://127.0.0.1:{port}")
    assert time.monotonic() - started >= 0.3
    assert processes.answers(f"http://127.0.0.1:{port}/health")
    assert not processes.answers(f"http://127.0.0.1:{port}/other")


def test_one_that_ends_early_is_reported_with_its_last_words(make: Callable[..., Process]) -> None:
    process = make("screening", "import sys; print('no such table'); sys.exit(3)")
    process.start()
    with pytest.raises(ProcessError, match=r"(?s)screening 没有就绪就退出了（3）.*no such table"):
        process.wait_ready(lambda: False)


def test_one_that_is_never_ready_is_reported_at_the_deadline(make: Callable[..., Process]) -> None:
    process = make("screening", SLEEP)
    process.start()
    with pytest.raises(ProcessError, match=r"没有按时就绪 \(http://127.0.0.1:1\)"):
        process.wait_ready("http://127.0.0.1:1", 0.2)


def test_the_tail_shows_the_last_run_only(make: Callable[..., Process]) -> None:
    process = make("relay", "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    process.start()
    first = str(process.pid)
    process.wait_ready(says(process, first))
    process.restart()
    process.wait_ready(says(process, str(process.pid)))
    assert first not in process.tail().split()
    assert first in tail(process.log_path).split()


def test_a_program_that_does_not_exist_is_named(folder: Path) -> None:
    process = Process("relay", ["/nowhere/relay"], None, folder / "relay.log")
    with pytest.raises(ProcessError, match="relay：无法运行 /nowhere/relay"):
        process.start()
    assert not process.alive


def test_it_gets_the_environment_it_is_given_and_ours(
    make: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "old")
    process = make("relay", "import os; print(os.environ['OURS'], os.environ['GIVEN'])")
    process.env["GIVEN"] = "new"
    process.start()
    until(lambda: process.returncode == 0)
    assert process.tail() == "old new"


def test_stop_asks_first(make: Callable[..., Process], folder: Path) -> None:
    process = make("relay", WRITES_NAME_WHEN_STOPPED, folder / "stopped", "relay")
    process.start()
    process.wait_ready(says(process))
    process.stop()
    assert (folder / "stopped").read_text() == "relay\n"
    assert process.returncode == 0


def test_stop_kills_one_that_does_not_listen(make: Callable[..., Process]) -> None:
    process = make("relay", DEAF)
    process.start()
    process.wait_ready(says(process))
    process.stop(0.2)
    assert process.returncode == -signal.SIGKILL


def test_kill_takes_all_it_started(make: Callable[..., Process]) -> None:
    process = make("relay", STARTS_OTHERS)
    process.start()
    process.wait_ready(says(process, "started"))
    others = [int(word) for word in process.tail().split()[1:]]
    assert len(others) == 2 and all(map(is_alive, others))
    process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not any(map(is_alive, others))


def test_one_started_by_a_thread_outlives_the_thread(make: Callable[..., Process]) -> None:
    process = make("relay", SLEEP)
    thread = threading.Thread(target=process.start)
    thread.start()
    thread.join()
    process.wait_ready(says(process))
    assert process.alive


def test_it_dies_with_its_parent(folder: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from deploy.local.processes import Process
process = Process("relay", [sys.executable, "-c", {DEAF!r}], {{}}, Path({str(folder)!r}, "log"))
process.start()
process.wait_ready(lambda: "here" in process.tail())
print(process.pid, flush=True)
time.sleep(600)  # it is killed long before
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
        parent.wait()
        until(lambda: not is_alive(pid))


def test_a_group_starts_when_all_are_ready(make: Callable[..., Process]) -> None:
    names = ("registration", "screening", "reporting")
    ports = dict(zip(names, free_ports(3), strict=True))
    with ProcessGroup() as group:
        for name, port in ports.items():
            group.add(make(name, SERVICE, port, 0.3), f"http://127.0.0.1:{port}")
        group.start()
        assert all(processes.answers(f"http://127.0.0.1:{port}") for port in ports.values())
        assert [process.name for process in group] == list(names)
    assert not any(process.alive for process in group)


def test_a_group_that_cannot_start_tells_every_reason_and_stops(
    make: Callable[..., Process],
) -> None:
    group = ProcessGroup()
    healthy = group.add(make("registration", SLEEP))
    group.add(make("screening", "raise SystemExit('no database')"), lambda: False)
    group.add(make("reporting", SLEEP), "http://127.0.0.1:1")
    with pytest.raises(ProcessError) as raised:
        group.start(0.5)
    assert "screening 没有就绪就退出了（1）" in str(raised.value)
    assert "no database" in str(raised.value)
    assert "reporting 没有按时就绪" in str(raised.value)
    assert "registration" not in str(raised.value)
    assert not healthy.alive


def test_a_group_asks_all_to_stop_and_waits_for_all(
    make: Callable[..., Process], folder: Path
) -> None:
    group = ProcessGroup()
    for name in ("first", "second", "third"):
        process = make(name, ENDS_ONCE_ALL_ARE_ASKED, folder / "stopped")
        group.add(process, says(process))
    group.start()
    group.stop()
    assert [process.returncode for process in group] == [0, 0, 0]


def test_a_supervised_one_that_is_killed_comes_back(
    make: Callable[..., Process], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "deploy.local.supervisor")
    with ProcessGroup(supervise=True) as group:
        for name in ("relay registration", "relay screening"):
            process = make(name, SLEEP)
            group.add(process, says(process))
        group.start()
        killed, other = (process.pid for process in group)
        group["relay registration"].kill()
        assert not group["relay registration"].alive
        group.wait_ready(10)
        assert group["relay registration"].pid not in (killed, None)
        assert group["relay screening"].pid == other
    assert "relay registration 已退出（-9），0.5 秒后重新启动" in caplog.text


def test_a_supervised_one_that_is_stopped_stays_stopped(make: Callable[..., Process]) -> None:
    with ProcessGroup(supervise=True) as group:
        stopped = group.add(make("relay", SLEEP))
        witness = group.add(make("witness", SLEEP))
        group.start()
        stopped.stop()
        before = witness.pid
        witness.kill()  # when this one is back, the other had its chance
        until(lambda: witness.pid not in (before, None))
        assert not stopped.alive


def test_without_supervision_a_killed_one_stays_dead_until_started(
    make: Callable[..., Process],
) -> None:
    with ProcessGroup() as group:
        process = group.add(make("relay", SLEEP))
        group.start()
        first = process.pid
        process.kill()
        with pytest.raises(ProcessError, match="relay 没有就绪就退出了（-9）"):
            group.wait_ready(5)
        process.start()
        assert process.pid not in (first, None)


def test_a_group_can_lose_its_power(make: Callable[..., Process]) -> None:
    with ProcessGroup(supervise=True) as group:
        for name in ("registration", "screening"):
            group.add(make(name, DEAF))
        group.start()
        group.kill()
        assert [process.returncode for process in group] == [-signal.SIGKILL] * 2


def test_back_off_doubles_to_ten_seconds_and_begins_anew_after_a_steady_run() -> None:
    restarts, waits = supervisor._Restarts(), []
    for _ in range(7):
        restarts.died(now=0.0, started_at=0.0)
        waits.append(restarts.due)
        restarts.restarted()
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    restarts.died(now=100.0, started_at=100.0 - supervisor.STEADY - 1)
    assert restarts.due == 100.5


def test_names_are_unique_and_known(make: Callable[..., Process]) -> None:
    group = ProcessGroup()
    group.add(make("relay", SLEEP))
    with pytest.raises(ValueError, match="already a process named 'relay'"):
        group.add(make("relay", SLEEP))
    with pytest.raises(KeyError, match="No process 'rely'"):
        group["rely"]

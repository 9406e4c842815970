"""An embedded system of any tree at work, and what it has of the processor, seen from outside.

It is started and administered by the tree's own `vaxledger` command; all else goes over HTTP.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import requests

PASSWORD = "measured on loopback alone"
START_SECONDS, SETTLE_SECONDS, PAUSE_SECONDS = 60.0, 120.0, 0.1
IDLE_SECONDS, POLLS, PORTS = 3.0, 10, 12
TICKS = os.sysconf("SC_CLK_TCK")
Figures = dict[str, float]


class Town:
    """One embedded system at work: who speaks to it, and what it has had of the processor."""

    def __init__(
        self, tree: Path, folder: Path, grants: list[tuple[str, str]], poll_seconds: int
    ) -> None:
        """Start it as a rehearsal without limits on requests, with one account of these grants.

        Followers look into the logs every `poll_seconds`, beside what comes by itself.
        """
        self.tree, self.folder, self.count, self.polls = tree, folder, 0, 0
        self.residents: list[str] = []
        self.idle = self.a_poll = 0.0
        self.cost, self.done = Counter[str](), Counter[str]()
        self.session = requests.Session()
        self.session.trust_env = False
        port = str(free_port())
        self.up = [self.command, "up", "--folder", str(folder), "--first-port", port]
        self.process = self._start()
        try:
            self._wait_for(folder.joinpath("deployment.json").exists)
            self._rehearse()
            self.restart(poll_seconds)
            self._enrol(grants)
        except BaseException:
            self.stop()
            raise

    def restart(self, poll_seconds: int) -> None:
        """Stop it, and start it with its followers looking into the logs so often."""
        self.stop()
        self.urls = self._settings(poll_seconds)
        self.process = self._start()
        self._wait_for(self._healthy)

    def _rehearse(self) -> None:
        """From now on it is started as a rehearsal, which `vaxledger up` does not do."""
        module = next(
            each
            for each in ("deploy.local.serve", "deploy.green")
            if (self.tree / f"{each.replace('.', '/')}.py").exists()
        )
        python = str(self.tree / ".venv" / "bin" / "python")
        self.up = [python, "-W", "ignore", "-m", module, "up", str(self.folder / "deployment.json")]

    @property
    def command(self) -> str:
        return str(self.tree / ".venv" / "bin" / "vaxledger")

    def _settings(self, poll_seconds: int) -> dict[str, str]:
        """Let the clock stand still and nobody be slowed down; return the parts' addresses."""
        file = self.folder / "deployment.json"
        said = json.loads(file.read_text())
        said |= {"rehearsal": True, "address_rate": 0, "account_rate": 0}
        said |= {"poll_seconds": poll_seconds}
        file.write_text(json.dumps(said))
        return {part["source"]: f"http://{part['host']}:{part['port']}" for part in said["parts"]}

    def _start(self) -> subprocess.Popen[bytes]:
        log = self.folder.with_suffix(".log").open("ab")
        # Whatever the environment's editable install points at, it is this tree that runs.
        its = {"PYTHONPATH": str(self.tree), "PYTHONHASHSEED": "0"}
        return subprocess.Popen(
            self.up, cwd=self.tree, env=os.environ | its, stdout=log, stderr=log
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_for(self, there: Any) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not there():
            assert self.process.poll() is None, self.folder.with_suffix(".log").read_text()[-2000:]
            assert time.monotonic() < deadline, f"{self.tree} does not start"
            time.sleep(PAUSE_SECONDS)

    def _healthy(self) -> bool:
        try:
            return all(
                self.session.get(f"{url}/health", timeout=5).ok for url in self.urls.values()
            )
        except requests.RequestException:
            return False

    def _enrol(self, grants: list[tuple[str, str]]) -> None:
        said = self.vaxledger("admin", "create", "--login", "admin")
        code = re.search(r"admin: (\S+)", said)
        assert code, said
        self._first_sign_in("admin", code[1])
        admin = self._token("admin")
        self.post("supervision", "/api/staff", {"login": "bench", "post": "bench"}, admin)
        for role, scope in grants:
            grant = {"role": role, "scope": scope}
            self.post("supervision", "/api/staff/bench/grant", grant, admin)
        issued = self.post("supervision", "/api/staff/bench/code", {}, admin)
        self._first_sign_in("bench", issued["code"])
        self.session.headers.update(self._token("bench"))
        self.settle()

    def _first_sign_in(self, login: str, code: str) -> None:
        said = {"login": login, "code": code, "password": PASSWORD, "next": "/"}
        url = self.urls["supervision"] + "/first-sign-in"
        answer = requests.post(url, json=said, timeout=60, allow_redirects=False)
        assert answer.status_code in (200, 303), answer.text

    def _token(self, login: str) -> dict[str, str]:
        said = {"login": login, "password": PASSWORD}
        url = self.urls["supervision"] + "/api/tokens"
        return {
            "Authorization": "Bearer " + requests.post(url, json=said, timeout=60).json()["token"]
        }

    def vaxledger(self, *words: str, folder: Path | None = None) -> str:
        done = subprocess.run(
            [self.command, *words, "--folder", str(folder or self.folder)],
            cwd=self.tree,
            env=os.environ | {"PYTHONPATH": str(self.tree)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def post(
        self, source: str, path: str, body: Any, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        self.count += 1
        key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"bench {self.count}"))
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = self.session.post(
            self.urls[source] + path,
            headers={"Idempotency-Key": key} | (headers or {}),
            timeout=300,
            **sent,  # type: ignore[arg-type]
        )
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        return answer.json()

    def get(self, source: str, path: str, **params: Any) -> dict[str, Any]:
        answer = self.session.get(self.urls[source] + path, params=params, timeout=300)
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        return answer.json()

    def settle(self) -> None:
        """Wait until every part has followed every source to its end."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while behind := self._behind():
            assert time.monotonic() < deadline, behind
            time.sleep(PAUSE_SECONDS)

    def _behind(self) -> list[str]:
        """Who is not at the end of what they follow; who knows nobody again yet, says 401."""
        self.polls += 1
        told: dict[str, dict[str, Any]] = {}
        for source, url in self.urls.items():
            answer = self.session.get(f"{url}/status", timeout=60)
            if answer.status_code != 200:
                return [f"{source}: {answer.status_code}"]
            told[source] = answer.json()
        return [
            f"{source} follows {each['source']} at {each['position']}"
            for source, one in told.items()
            for each in one["follows"]
            if each["position"] < told[each["source"]]["head"]
        ]

    @contextmanager
    def measured(self, *names: str, count: int, alone: bool = False) -> Iterator[None]:
        """Add what `count` of something cost, with what follows from it unless `alone`."""
        used, slept, self.polls = *self._times(), 0
        yield
        if not alone:
            self.settle()
        used, slept = (then - now for then, now in zip(self._times(), (used, slept), strict=True))
        for name in names:
            self.cost[name] += used - self.idle * slept - self.a_poll * self.polls
            self.done[name] += count

    def ended(self) -> Figures:
        """End a round: milliseconds of the processor for each of what was done in it."""
        found = {name: 1000 * cost / self.done[name] for name, cost in self.cost.items()}
        self.cost.clear()
        self.done.clear()
        return found

    def _times(self) -> tuple[float, float]:
        """Seconds of the processor so far; seconds in which it asked for none."""
        used = processor_s(self.process.pid)
        held_up = int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1]) / 1e9
        return used, time.monotonic() - used - held_up

    def begin(self) -> None:
        """Begin a round: measure what it has while it waits, and for telling how it stands."""
        self.session.headers.update(self._token("bench"))
        self.settle()
        used, slept = self._times()
        time.sleep(IDLE_SECONDS)
        used, slept = (then - now for then, now in zip(self._times(), (used, slept), strict=True))
        self.idle = used / slept
        before = processor_s(self.process.pid)
        for _ in range(POLLS):
            self._behind()
        self.a_poll = (processor_s(self.process.pid) - before) / POLLS

    def operator(self) -> dict[str, str]:
        """What `vaxledger rebuild` shows a part: asked of a stand-in, so as to ask without it."""
        shown: list[str] = []

        class StandIn(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                shown.append(self.headers["Authorization"])
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"source": "registration", "replayed": 0}')

            def log_message(self, *_: Any) -> None:
                pass

        folder = self.folder.with_name("stand-in")
        folder.mkdir(exist_ok=True)
        said = json.loads((self.folder / "deployment.json").read_text())
        with HTTPServer(("127.0.0.1", 0), StandIn) as server:
            for part in said["parts"]:
                part["port"] = server.server_port
            (folder / "deployment.json").write_text(json.dumps(said))
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            self.vaxledger("rebuild", "registration", folder=folder)
            thread.join()
        return {"Authorization": shown[0]}


def processor_s(pid: int) -> float:
    """Processor seconds of a process, of its living descendants, and of those it has waited for."""
    times: dict[int, tuple[int, float]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            # To the nanosecond, where `stat` counts hundredths of a second.
            own = sum(int(each.read_text().split()[0]) for each in place.glob("task/*/schedstat"))
        except OSError:
            continue  # it has ended meanwhile
        waited_for = sum(map(int, fields[13:15])) / TICKS
        times[int(place.name)] = int(fields[1]), own / 1e9 + waited_for
    family = {pid}
    while more := {one for one, (parent, _) in times.items() if parent in family} - family:
        family |= more
    return sum(times[one][1] for one in family)


def free_port() -> int:
    """A port after which the next ones are free as well."""
    while True:
        first = random.randrange(20_000, 30_000)
        with ExitStack() as stack:
            for port in range(first, first + PORTS):
                one = stack.enter_context(socket.socket())
                try:
                    one.bind(("127.0.0.1", port))
                except OSError:
                    break
            else:
                return first

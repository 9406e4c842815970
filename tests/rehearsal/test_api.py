"""The rehearsal's client: a command has its effect once, whatever happens to its answer."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.rehearsal import api as api_module
from deploy.rehearsal.api import Api, Unanswered
from shared.kit.service_tokens import Caller, caller_of
from shared.town.deployment import Deployment, Instance, Secrets

PLAN = Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml"
SECRETS = Secrets("m" * 64, "i" * 64)

Reply = tuple[int, dict[str, Any], dict[str, str]]


class FakePart:
    """An HTTP server that answers as a test says and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.reply: Callable[[str, str], Reply | None] = lambda method, path: (200, {}, {})
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.asked.append((self.command, self.path, dict(self.headers)))
                reply = fake.reply(self.command, self.path)
                if reply is None:  # the process dies before it answers
                    self.close_connection = True
                    return
                status, document, headers = reply
                body = json.dumps(document).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_GET  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def part() -> Iterator[FakePart]:
    fake = FakePart()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


@pytest.fixture
def api(part: FakePart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(api_module, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(api_module, "PATIENCE_SECONDS", 1.0)
    parts = tuple(Instance(s, "127.0.0.1", part.port, "") for s in ("registration", "screening"))
    deployment = Deployment(tmp_path, "memory://", parts, SECRETS, campaign_file=PLAN)
    found = Api(deployment.with_keys(), seed=1, clients=2, gathers=False)
    yield found
    found.close()


def keys(part: FakePart) -> list[str]:
    return [headers["Idempotency-Key"] for _, _, headers in part.asked]


@pytest.mark.parametrize("trouble", [None, (503, {}, {}), (500, {"code": "broken"}, {})])
def test_a_command_without_answer_is_sent_again_under_its_key(
    part: FakePart, api: Api, trouble: Reply | None
) -> None:
    replies = [trouble, trouble, (200, {"done": True}, {"Idempotency-Replayed": "true"})]
    part.reply = lambda method, path: replies.pop(0)
    assert api.command("registration", "/api/x", {}, "one") == {"done": True}
    assert len(part.asked) == 3
    assert len(set(keys(part))) == 1
    assert api.repeated == 0, "a resend is not a repeat somebody meant"


def test_a_part_that_stays_away_is_named(part: FakePart, api: Api) -> None:
    part.reply = lambda method, path: None
    with pytest.raises(Unanswered, match="registration POST /api/x"):
        api.command("registration", "/api/x", {}, "one")


def test_keys_follow_from_the_command_alone(part: FakePart, api: Api) -> None:
    for name in ("one", "two", "one"):
        api.command("registration", "/api/x", {}, name)
    first, second, third = keys(part)
    assert first == third != second


def test_a_refusal_is_counted_by_its_code_and_not_sent_again(part: FakePart, api: Api) -> None:
    part.reply = lambda method, path: (422, {"code": "too-early", "detail": "wait"}, {})
    assert api.try_command("registration", "/api/x", {}, "one")[0] == 422
    assert api.refusals == {"too-early": 1}
    with pytest.raises(Unanswered, match="wait"):
        api.command("registration", "/api/x", {}, "two")
    assert len(part.asked) == 2


def test_a_repeat_counts_when_it_is_recognised(part: FakePart, api: Api) -> None:
    api.repeat("registration", "/api/x", {}, "one")
    part.reply = lambda method, path: (200, {}, {"Idempotency-Replayed": "true"})
    api.repeat("registration", "/api/x", {}, "one")
    assert api.repeated == 1


def test_a_clock_that_is_not_set_is_told(part: FakePart, api: Api) -> None:
    api.set_clock(api.deployment.campaign.start, "08:00")
    token = part.asked[0][2]["Authorization"].removeprefix("Bearer ")
    caller = caller_of(api.deployment.keys.get, token, "registration", time.time())
    assert caller == Caller("operator", "operate")
    part.reply = lambda method, path: (403, {"detail": "no"}, {})
    with pytest.raises(Unanswered, match="clock"):
        api.set_clock(api.deployment.campaign.start, "08:00")


def _status(source: str, head: int, at: int) -> Reply:
    follows = [{"source": "registration", "position": at, "failing": None}]
    return 200, {"source": source, "head": head, "follows": follows}, {}


def test_settling_waits_for_the_last_follower(part: FakePart, api: Api) -> None:
    positions = iter([1, 1, 2, 2, *[5] * 20])
    part.reply = lambda method, path: _status("screening", 5, next(positions))
    assert api.settle() == {"registration": 5, "screening": 5}
    assert len(part.asked) >= 6


def test_settling_names_who_lags(part: FakePart, api: Api) -> None:
    part.reply = lambda method, path: _status("screening", 5, 3)
    with pytest.raises(Unanswered, match="screening ← registration: 3 / 5"):
        api.settle(["screening"], ["registration"])

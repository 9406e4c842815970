"""How the rehearsal speaks to the parts: their public HTTP interfaces, and nothing else."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any, TypeVar

import requests

from deploy.rehearsal.gathering import Gathering, Place, Said
from shared.kit.language import at_terminal, of_terminal, tag
from shared.kit.service_tokens import OPERATE, OPERATOR
from shared.kit.web.bulk_door import NDJSON
from shared.town.deployment import Deployment

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.25
TIMEOUT_SECONDS = 60.0
BULK_TIMEOUT_SECONDS = 1800.0  # a whole roster, the audit of a whole ledger
SETTLE_PAUSE_SECONDS, JOB_PAUSE_SECONDS = 0.02, 0.05
TOKEN_SECONDS = 240.0
OPEN = ("queued", "reading", "writing")
COMMANDS = uuid.UUID("2a2f6c1e-6a0b-5d5e-9f6b-5f40ac2b3c09")

T = TypeVar("T")


class Unanswered(Exception):
    """A part did not answer, or did not answer as it should, for too long."""


class Api:
    """All parts of a deployment. Commands bear keys that follow from the seed and their name.

    A command whose answer got lost is sent again under the same key, so it has its effect once,
    whatever is killed meanwhile.
    """

    def __init__(
        self,
        deployment: Deployment,
        seed: int,
        clients: int,
        accounts: Mapping[str, str] | None = None,
        *,
        gathers: bool = True,
    ) -> None:
        """Speak with so many clients, who sign in; `gathers`: their commands go in company."""
        self._accounts = accounts or {}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._signing_in = threading.Lock()
        self.deployment = deployment
        self.refusals: Counter[str] = Counter()
        self.repeated = 0
        self._urls = {part.source: part.url for part in deployment.parts}
        self._seed = seed
        self.zone = deployment.campaign.zone
        self._local = threading.local()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(clients)
        self._gathering = Gathering(self._send_lines) if gathers else None

    @property
    def sources(self) -> list[str]:
        """Source names of all parts."""
        return list(self._urls)

    def close(self) -> None:
        """Let the clients go."""
        self._pool.shutdown()

    def each(self, work: Callable[[Any], T], items: Iterable[Any]) -> list[T]:
        """Do something for all items, several at a time; results in the order of the items."""
        return list(self._pool.map(work, items))

    def get(self, source: str, path: str, **params: Any) -> dict[str, Any]:
        """GET a JSON document; raise `Unanswered` if it is refused."""
        return self._document(source, path, TIMEOUT_SECONDS, params)

    def compute(self, source: str, path: str, **params: Any) -> dict[str, Any]:
        """GET a JSON document that takes a part long to work out, such as an audit."""
        return self._document(source, path, BULK_TIMEOUT_SECONDS, params)

    def _document(
        self, source: str, path: str, timeout: float, params: dict[str, Any]
    ) -> dict[str, Any]:
        response = self._send(source, "GET", path, params=params, timeout=timeout)
        if response.status_code != 200:
            raise Unanswered(f"{source} {path}: {response.status_code} {response.text[:300]}")
        return response.json()

    def command(self, source: str, path: str, body: dict[str, Any], name: str) -> dict[str, Any]:
        """POST a command that has to succeed; raise `Unanswered` if it is refused."""
        status, answer = self.try_command(source, path, body, name)
        if status != 200:
            raise Unanswered(f"{source} {path}: {status} {answer.get('detail')}")
        return answer

    def try_command(
        self, source: str, path: str, body: Any, name: str
    ) -> tuple[int, dict[str, Any]]:
        """POST a command that may be refused; the refusal is counted by its code."""
        said = self._post(source, path, body, name)
        if said.status != 200:
            with self._lock:
                self.refusals[said.document["code"]] += 1
        return said.status, said.document

    def repeat(self, source: str, path: str, body: dict[str, Any], name: str) -> None:
        """POST a command that was sent before; counted if the part says it knows it."""
        said = self._post(source, path, body, name)
        with self._lock:
            self.repeated += said.replayed

    def _post(self, source: str, path: str, body: Any, name: str) -> Said:
        """POST a JSON object, or bytes that only claim to be one."""
        key = self.key_of(name)
        if self._gathering is None or isinstance(body, bytes):
            headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = self._send(source, "POST", path, data=data, headers=headers)
            replayed = "Idempotency-Replayed" in answer.headers
            return Said(answer.status_code, answer.json(), replayed)
        place = source, self.login_for(source, path)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (said := self._gathering.say(place, key, path, body)).status >= 500:
            if time.monotonic() > deadline:
                raise Unanswered(f"{source} {path}: {said.document}")
            time.sleep(PAUSE_SECONDS)
        return said

    def _send_lines(self, place: Place, lines: bytes) -> bytes:
        source, login = place
        headers = self.bearer(login) | {"Content-Type": NDJSON}
        answer = self._exchange(source, "POST", "/api/commands", data=lines, headers=headers)
        if answer.status_code != 200:
            raise Unanswered(f"{source}: {answer.status_code} {answer.text[:300]}")
        return answer.content

    def roster(self, unit: str, content: bytes, name: str) -> dict[str, Any]:
        """Hand in a unit's roster, wait for its job, and return what became of the rows."""
        taken = self.upload("registration", f"/api/units/{unit}/roster", content, name)
        address = f"/api/imports/{taken['import']}"
        done, deadline = -1, 0.0
        while (job := self.get("registration", address))["state"] in OPEN:
            if job["rows_done"] != done:
                done, deadline = job["rows_done"], time.monotonic() + BULK_TIMEOUT_SECONDS
            elif time.monotonic() > deadline:
                raise Unanswered(f"{address}: {job}")
            time.sleep(JOB_PAUSE_SECONDS)
        return self.get("registration", f"{address}/result")

    def upload(self, source: str, path: str, content: bytes, name: str) -> dict[str, Any]:
        """POST a workbook that has to be taken."""
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        headers = {"Idempotency-Key": self.key_of(name), "Content-Type": kind}
        response = self._send(
            source, "POST", path, data=content, headers=headers, timeout=BULK_TIMEOUT_SECONDS
        )
        if response.status_code != 200:
            raise Unanswered(f"{source} {path}: {response.status_code} {response.text[:300]}")
        return response.json()

    def set_clock(self, day: date, time_of_day: str) -> None:
        """Set the rehearsal's clock for all parts."""
        instant = datetime.fromisoformat(f"{day}T{time_of_day}")
        instant = instant.replace(tzinfo=self.zone)
        asking = self.deployment.asking(OPERATOR, "registration", OPERATE)
        body = {"now": instant.isoformat()}
        path = "/rehearsal/clock"
        response = self._exchange("registration", "PUT", path, json=body, auth=asking)
        if response.status_code != 200:
            raise Unanswered(f"{path}: {response.status_code} {response.text[:300]}")

    def settle(self, followers: Iterable[str] = (), sources: Iterable[str] = ()) -> dict[str, int]:
        """Wait until followers have reached the ends of their sources; return those ends.

        Without arguments all of all, including what the followers say meanwhile. Raises
        `Unanswered`, naming who lags, when nobody has moved for two minutes.
        """
        wanted, followed = list(followers) or self.sources, list(sources) or self.sources
        while True:
            answers = self._statuses(dict.fromkeys([*followed, *wanted]))
            heads = {source: answers[source]["head"] for source in followed}
            late = {source: answers[source] for source in wanted if _lags(answers[source], heads)}
            if not late:
                return heads
            self._await(late, heads)
            if followers:
                return heads

    def _await(self, late: dict[str, dict[str, Any]], heads: dict[str, int]) -> None:
        """Ask only who lags, until nobody does."""
        reached, deadline = -1, 0.0
        while late:
            lags = [lag for answer in late.values() for lag in _lags(answer, heads)]
            moved = sum(f["position"] for answer in late.values() for f in answer["follows"])
            if moved != reached:
                reached, deadline = moved, time.monotonic() + PATIENCE_SECONDS
            elif time.monotonic() > deadline:
                raise Unanswered(at_terminal("仍然落后：", "still behind: ") + "; ".join(lags))
            time.sleep(SETTLE_PAUSE_SECONDS)
            answers = self._statuses(late)
            late = {source: answer for source, answer in answers.items() if _lags(answer, heads)}

    def _statuses(self, sources: Iterable[str]) -> dict[str, dict[str, Any]]:
        asked = list(sources)
        answers = self.each(lambda source: self.get(source, "/status"), asked)
        return dict(zip(asked, answers, strict=True))

    def key_of(self, name: str) -> str:
        """Return the idempotency key of the command of a name."""
        return str(uuid.uuid5(COMMANDS, f"{self._seed}:{name}"))

    # Who speaks

    def login_for(self, source: str, path: str) -> str:
        """Return whose work this is: a unit's chief, a site's leader, the doctor, the office."""
        service, _, site = source.partition("/")
        if service == "appointments":
            return f"{site}-leader"
        officers = path.endswith("/officers")  # whom the office names
        if service == "registration" and path.startswith("/api/units/") and not officers:
            return f"{path.split('/')[3]}-chief"
        return {"screening": "doctor", "supervision": "auditor"}.get(service, "office")

    def bearer(self, login: str) -> dict[str, str]:
        """Return the header of an account, signed in anew when its token is old."""
        if login not in self._accounts:
            return {}
        with self._signing_in:
            token, since = self._tokens.get(login, ("", float("-inf")))
            if time.monotonic() - since > TOKEN_SECONDS:
                token = self._sign_in(login)
                self._tokens[login] = (token, time.monotonic())
        return {"Authorization": f"Bearer {token}"}

    def _sign_in(self, login: str) -> str:
        said = {"login": login, "password": self._accounts[login]}
        response = self._exchange("supervision", "POST", "/api/tokens", json=said)
        if response.status_code != 200:
            raise Unanswered(f"{login} /api/tokens: {response.status_code} {response.text[:300]}")
        return response.json()["token"]

    def _send(
        self,
        source: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> requests.Response:
        """Send as the member of staff whose work it is, unless the headers say who it is."""
        headers = self.bearer(self.login_for(source, path)) | dict(headers or {})
        return self._exchange(source, method, path, headers=headers, **kwargs)

    def _exchange(
        self, source: str, method: str, path: str, timeout: float = TIMEOUT_SECONDS, **kwargs: Any
    ) -> requests.Response:
        """Send until it is answered: a part that is down comes back, the same key is used again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self._session().request(
                    method, self._urls[source] + path, timeout=timeout, **kwargs
                )
                if response.status_code < 500:
                    return response
                trouble = f"{response.status_code} {response.text[:300]}"
            except requests.RequestException as error:
                trouble = type(error).__name__
            if time.monotonic() > deadline:
                raise Unanswered(f"{source} {method} {path}: {trouble}")
            time.sleep(PAUSE_SECONDS)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
            self._local.session.headers["Accept-Language"] = tag(of_terminal())
        return self._local.session


def _lags(answer: dict[str, Any], heads: dict[str, int]) -> list[str]:
    """Say for which of the sources a part is behind, and why if it knows."""
    return [
        f"{answer['source']} ← {follow['source']}: {follow['position']} /"
        f" {heads[follow['source']]} ({follow['failing'] or '—'})"
        for follow in answer["follows"]
        if follow["position"] < heads.get(follow["source"], 0)
    ]

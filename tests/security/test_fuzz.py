"""Requests that nobody would send, at every entry point, by everybody: refused, never failed, never dear.

2,000 in `make test`, 20,000 in `make fuzz` and `make test-long`; `FUZZ` and `SEED` say other numbers.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_embedded
from deploy.parts import SERVICES, SHARDED
from deploy.rehearsal.api import Api
from shared.kit.service_tokens import LOG
from shared.kit.web.declaration import Declaration
from shared.kit.web.responses import SECURITY_HEADERS
from shared.town.access import Grant
from shared.town.access.roles import ROLES
from tests.security.test_schemathesis import known_to
from tests.support.calls import as_operator, called_by
from tests.support.examples import examples
from tests.support.fuzz import Answered, Grammar, Sent, answer
from tests.support.part import PartUnderTest, a_person
from tests.support.stadium import ANNA, FIRST, Stadium, facts

SEED = int(os.environ.get("SEED", "1"))
REQUESTS = int(os.environ.get("FUZZ", examples(2000)))
MOST_SECONDS = 1.0
"""Of processor time a request."""
WITHOUT_SUPERVISION = "supervision-unreachable"
"""The parts are alone in these tests: whoever needs supervision is told that it does not answer."""


@pytest.fixture(params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartUnderTest]:
    """A part in which something has happened to ANNA, of unit v15."""
    if request.param == SHARDED:
        part: PartUnderTest = Stadium(tmp_path).opens()
        part.consented(ANNA)  # type: ignore[attr-defined]
        part.booked()  # type: ignore[attr-defined]
    else:
        part = PartUnderTest(tmp_path, request.param)
        if request.param != "registration":
            part.hears("registration", "ResidentRegistered", **facts(ANNA, "v15", "1980-01-01"))
    part.at(FIRST)
    yield part
    part.app.store.close()


def everybody(part: PartUnderTest) -> dict[str, Callable[[], dict[str, str]]]:
    """Who sends: nobody, somebody of each role, somebody of all, another part, the operator."""
    deployment, source = part.deployment, part.part.source
    found: dict[str, Callable[[], dict[str, str]]] = {
        "nobody": dict,
        "everything": lambda: part.http.bearer(a_person("fuzz-everything")),
        "screening": lambda: called_by(deployment, "screening", source, LOG),
        "operator": lambda: as_operator(deployment, source),
    }
    for role, each in ROLES.items():
        scope = {"unit": "unit:v15", "site": "site:stadium", "town": "town"}[each.scope]
        grants = (Grant(role, scope),)
        # Signed in anew each time: some requests sign out.
        found[role] = lambda role=role, grants=grants: part.http.bearer(
            a_person(f"fuzz-{role}", grants)
        )
    return found


def declared_by(part: PartUnderTest) -> list[Declaration]:
    return [rule.endpoint.declaration for rule in part.routes.url_map.iter_rules()]


def wrong_with(got: Answered, sent: Sent, *, alone: bool = True) -> str | None:
    """What is not as every answer must be; None if nothing is."""
    if got.status >= 500:
        code = json.loads(got.body)["code"] if got.mimetype.endswith("+json") else ""
        said = code or (WITHOUT_SUPERVISION if WITHOUT_SUPERVISION.encode() in got.body else "")
        if (got.status, said, alone) != (503, WITHOUT_SUPERVISION, True):
            return f"{got.status} {got.body[:300]!r}"
        if "Retry-After" not in got.headers:
            return "503 without Retry-After"
    for name, value in SECURITY_HEADERS.items():
        given = re.sub(
            r"(form-action 'self')( http://[\d.:]+)+;", r"\1;", got.headers.get(name, "")
        )
        if given != value and not (name == "Cache-Control" and got.status == 200):
            return f"header {name}: {given!r}"
    if got.status >= 400 and sent.verb.upper() != "HEAD":
        if got.mimetype == "application/problem+json":
            problem = json.loads(got.body)
            if problem["status"] != got.status or not problem["code"] or not problem["detail"]:
                return f"no problem document: {problem}"
        elif got.mimetype != "text/html" or b"<html" not in got.body:
            return f"neither a problem nor a page: {got.mimetype} {got.body[:200]!r}"
    theirs = b"<script>alert" in got.body and got.mimetype == "text/html"
    if b"Traceback" in got.body or theirs:
        return "something of the inside, or of theirs"
    return None


def test_every_part_answers_whatever_is_sent(
    part: PartUnderTest, capsys: pytest.CaptureFixture[str]
):
    grammar = Grammar(SEED, declared_by(part), known_to(part), everybody(part))
    wrong, statuses = list[str](), Counter[int]()
    slowest: list[tuple[float, str]] = []
    for sent in grammar.requests(REQUESTS // len(SERVICES)):
        try:
            got = answer(part.routes, sent)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}: {sent}")
            continue
        statuses[got.status] += 1
        slowest = sorted([*slowest, (got.seconds, str(sent)[:150])], reverse=True)[:10]
        if (fault := wrong_with(got, sent)) is not None:
            wrong.append(f"{fault}: {sent}")
    with capsys.disabled():
        print(f"\n{part.part.source}: {dict(sorted(statuses.items()))}; slowest:")
        print("\n".join(f"  {seconds:.3f} s {sent}" for seconds, sent in slowest))
    assert not wrong, "\n".join([f"{len(wrong)} wrong", *wrong[:20]])
    assert slowest[0][0] < MOST_SECONDS
    assert {200, 400, 404} <= statuses.keys(), "some requests are let in"


def test_every_part_answers_whatever_comes_over_a_socket(tmp_path: Path):
    deployment = embedded_deployment(tmp_path / "town", first_port=None, rehearsal=True, people=60)
    with running_embedded(deployment):
        api = Api(deployment, 1, 2, rehearsal_accounts(deployment))
        people: dict[str, Callable[[], dict[str, str]]] = {
            login: lambda login=login: api.bearer(login)
            for login in ("office", "doctor", "stadium-leader", "auditor", "admin", "v15-chief")
        }
        people["nobody"] = dict
        probe = PartUnderTest(tmp_path / "probe", "screening")
        known = known_to(probe)
        wrong, statuses = list[str](), Counter[int]()
        each = max(1, REQUESTS // 10 // len(deployment.parts))
        for source in deployment.parts:
            declared = declared_by(
                PartUnderTest(tmp_path / source.service, source.service, source.shard)
            )
            for sent in Grammar(SEED, declared, known, people).requests(each):
                status = over_a_socket(source.port, sent)
                statuses[status] += 1
                if status >= 500:
                    wrong.append(f"{source.source}: {status}: {sent}")
        api.close()
    print(dict(sorted(statuses.items())))
    assert wrong == []
    assert {200, 400} <= statuses.keys()


def over_a_socket(port: int, sent: Sent) -> int:
    """Send the bytes as they are; return the status, 0 where the connection was only closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as talk:
        try:
            talk.sendall(sent.raw())
            talk.shutdown(socket.SHUT_WR)
            answer = talk.makefile("rb")
            line = answer.readline(200)
            while line.startswith(b"HTTP/1.1 100 "):  # go on; then comes the answer
                answer.readline(200)
                line = answer.readline(200)
        except OSError:  # it was refused before all of it had come
            return 0
    return int(line.split()[1]) if line.startswith(b"HTTP/1.") else 0

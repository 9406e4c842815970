"""Every service against its own description: no 5xx, nothing undocumented, answers as described.

Schemathesis makes requests from each service's OpenAPI, sensible and absurd, and sends them to the
part's WSGI application. `credentials` decides what each request carries to say who sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.parts import SERVICES, SHARDED
from shared.kit.service_tokens import LOG
from tests.support import hostile
from tests.support.calls import called_by
from tests.support.examples import LONG, examples
from tests.support.part import PartUnderTest, routes_of
from tests.support.stadium import ANNA, FIRST, Stadium, facts

EXAMPLES = examples(60) if LONG else 9  # `test_fuzz.py` sends every part more
"""How many requests an operation gets; more by the environment, for a long search."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Credentials = Callable[[PartUnderTest], dict[str, str]]


schemathesis.openapi.media_type(
    XLSX,
    st.sampled_from([hostile.good(), hostile.far_cell(), hostile.locked(), b"PK\x03\x04"])
    | st.binary(),
)


@pytest.fixture(params=["anonymous", "signed in", "service"])
def credentials(request: pytest.FixtureRequest) -> Credentials:
    """What a request carries to say who sends it: nothing, a person's headers, a part's token."""
    if request.param == "anonymous":
        return lambda part: {}
    if request.param == "signed in":
        return lambda part: {"Authorization": part.http.authorization}
    return lambda part: called_by(part.deployment, "screening", part.part.source, LOG)


@pytest.fixture(params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartUnderTest]:
    """A part in which something has happened to ANNA, of unit v15."""
    if request.param == SHARDED:
        part = Stadium(tmp_path).opens()
        part.consented(ANNA)
        part.booked()
    else:
        part = PartUnderTest(tmp_path, request.param)
        if request.param != "registration":
            part.hears("registration", "ResidentRegistered", **facts(ANNA, "v15", "1980-01-01"))
    part.at(FIRST)
    yield part
    part.app.store.close()


def known_to(part: PartUnderTest) -> dict[str, str]:
    """What there is at the part, by the names that addresses have for it."""
    resident, job = str(ANNA), str(ANNA)
    if part.part.service == "registration":
        answer = part.http.upload("/api/units/v15/roster", hostile.good())
        resident, job = answer.json["entries"][0]["resident"], answer.json["import"]
    if part.part.service == "supervision":
        part.http.post("/api/staff", {"login": "somebody", "post": "演练"})
    return {
        "login": "somebody",
        "resident": resident,
        "other": resident,
        "contact": "0d3f5a52-6c0e-5b9c-8f34-0f6f0f6a1c78",
        "job": job,
        "card": resident,
        "unit": "v15",
        "batch": "SV-1",
        "day": FIRST,
        "week": "2024-W14",
        "fridge": "1",
        "number": "1",
        "name": "vaxledger.css",
        "notice": "0d3f5a52-6c0e-5b9c-8f34-0f6f0f6a1c77",
    }


def test_every_answer_is_one_the_description_knows(part: PartUnderTest, credentials: Credentials):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app=routes_of(part))
    known, headers = known_to(part), credentials(part)
    failures: list[str] = []
    seen: set[int] = set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), real=st.booleans())
        def ask(case: Any, real: bool) -> None:
            if real:
                for name in case.path_parameters or {}:
                    case.path_parameters[name] = known[name]
            response = case.call(headers=headers)
            seen.add(response.status_code)
            case.validate_response(response, checks=CHECKS)

        try:
            ask()
        except (Exception, BaseExceptionGroup) as error:
            failures.append(f"{operation.label}: {_told(error)}")
    assert failures == []
    assert {200, 404} <= seen


def _told(error: BaseException) -> str:
    """The failure with those inside a group."""
    inner = getattr(error, "exceptions", ())
    return " | ".join([str(error), *(_told(one) for one in inner)])[:3000]

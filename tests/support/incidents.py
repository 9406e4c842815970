"""What the tests of real incidents share: parts that hold one person, and staff signed in there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from deploy.containers import service_class
from deploy.parts import SERVICES, SHARDED
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations
from tests.access.test_sign_in import Desk
from tests.screening.test_service import someone
from tests.support.part import HttpClient, PartUnderTest
from tests.support.stadium import ANNA, FIRST, START, Stadium
from tests.support.workbooks import person, roster

NAME, PHONE = "演练王秀英", "13800000101"
UNIT = "v15"
FOLLOWING = tuple(service for service in SERVICES if service != "supervision")


def a_part(folder: Path, service: str) -> tuple[PartUnderTest, uuid.UUID]:
    """A part that holds one resident of the unit `UNIT`, which is docked to the stadium."""
    if service == SHARDED:
        site = Stadium(folder).opens()
        site.consented(ANNA)
        return site, ANNA
    part = PartUnderTest(folder, service)
    part.at(FIRST)
    if service == "registration":
        answer = part.http.upload(f"/api/units/{UNIT}/roster", roster(person(101, NAME)))
        return part, uuid.UUID(answer.json["entries"][0]["resident"])  # type: ignore[index]
    part.hears("registration", "UnitDocked", unit=UNIT, site="stadium", since=START)
    part.hears("registration", "ResidentRegistered", **someone(ANNA) | {"unit": UNIT})
    return part, ANNA


def declared(part: PartUnderTest) -> list[Declaration]:
    """The entry points of a part."""
    return declarations(service_class(part.part.service))


def url_of(each: Declaration, **values: object) -> str:
    """An entry point's address; a place without a value becomes `x`, an id the resident's."""
    instead = {"uuid:": values.get("resident", "x")}

    def said(found: re.Match[str]) -> str:
        return str(values.get(found.group(2), instead.get(found.group(1), "x")))

    return re.sub(r"<(\w+:)?(\w+)>", said, each.url)


def call(
    client: HttpClient, each: Declaration, url: str, body: Any = None, **headers: str
) -> TestResponse:
    """Call an entry point as a program does; every call is a new one."""
    said = {"Idempotency-Key": str(uuid.uuid4())} | headers
    more = {} if each.verb == "GET" else {"json": body or {}}
    return client.client.open(
        url, method=each.verb, headers=client.bearer(client.person, **said), **more
    )


def hear(part: PartUnderTest, desk: Desk) -> None:
    """Let a part hear what supervision has stored since it heard last."""
    heard = part._foreign.setdefault("supervision", [])
    follower = part.follower("supervision")
    new = desk.part.app.store.log(len(heard), 1_000_000)
    heard.extend(new)
    follower.receive(new)
    part.http.app.gate.staff.now(fresh=True)


def said_with(part: PartUnderTest, token: str) -> int:
    """What the bearer of a token is told by a part: 200, or the refusal's status."""
    answer = part.http.client.get("/status", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


def texts_of(schema: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a body's schema takes text or codes: paths of names."""
    for name, field in schema.fields.items():
        inner = getattr(field, "inner", field)
        if hasattr(inner, "schema"):
            yield from texts_of(inner.schema, (*place, name))
        else:
            yield (*place, name)

"""Whatever stands in a page's address or a search: a page or a refusal, never a failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.containers import service_class
from deploy.parts import FOLLOWS, SERVICES, SHARDED
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations
from tests.support.part import PartUnderTest
from tests.support.stadium import ANNA, FIRST, Stadium, facts

PLACES = {
    "resident": [str(ANNA), "00000000-0000-8000-8000-000000000000", "x"],
    "unit": ["v15", "v99", "单位", "..", "%2e%2e", "a" * 300, "'\"<>"],
    "week": ["2024-W14", "0000-W01", "2024-W53", "9999-W53", "2024-14", "２０２４-W１４", "W"],
    "day": [FIRST, "0001-01-01", "9999-12-31", "2024-02-30", "x"],
    "batch": ["SV-1", "批", "a" * 300],
}
VALUES = [
    "",
    "0001-01-01",
    "9999-12-31",
    "9999-12-20",
    "0000-W01",
    "0001-W01",
    "2024-W53",
    "9999-W52",
    "9999-W53",
    "2024-W14\n",
    "-1",
    "9007199254740992",
    "9" * 400,
    "nan",
    str(ANNA),
    "up",
    "deferred",
    "<script>",
    "\ud800",
    "a" * 61,
    "'; DROP TABLE events; --",
    "{{ 7 * 7 }}",
    "%00",
    "\x00",
]


@pytest.fixture(params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path: Path) -> PartUnderTest:
    if request.param == SHARDED:
        site = Stadium(tmp_path).opens()
        site.consented(ANNA)
        site.booked()
        site.at(FIRST)
        return site
    part = PartUnderTest(tmp_path, request.param)
    if "registration" in FOLLOWS[request.param]:
        part.hears("registration", "ResidentRegistered", **facts(ANNA, "v15", "1980-01-01"))
    return part


def addresses(url: str) -> list[str]:
    """An address with each of the things that may stand at each of its places."""
    found = [url]
    for name in re.findall(r"<(?:\w+:)?(\w+)>", url):
        found = [
            re.sub(rf"<(?:\w+:)?{name}>", lambda _, v=value: v, one)
            for one in found
            for value in PLACES.get(name, ["x"])
        ]
    return found


def test_no_address_makes_a_page_fail(part: PartUnderTest):
    tried = 0
    for each in declarations(service_class(part.part.service)):
        if each.verb != "GET":
            continue
        names = (
            [field.data_key or name for name, field in each.params().fields.items()]
            if each.params
            else []
        )
        for url in addresses(each.url):
            queries = [{}, *({name: value} for name in [*names, "other"] for value in VALUES)]
            for query in queries:
                query = {k: v.encode("utf-8", "replace").decode() for k, v in query.items()}
                answer = part.http.page(url, **query)
                # Supervision, which alone knows a ticket, does not run here.
                assert answer.status_code < 500 or url == "/session", (url, query)
                assert b"<script>" not in answer.data, (url, query)
                tried += 1
    assert tried > 100


def searches(service: str) -> list[Declaration]:
    """The addresses of a service that take what somebody looks for."""
    return [
        each
        for each in declarations(service_class(service))
        if each.body is not None and "q" in each.body().fields
    ]


def test_searches_are_found():
    found = {each.url for each in searches("supervision")}
    assert found == {"/find", "/looks/find", "/staff/find"}


@pytest.mark.parametrize("part", [*filter(searches, SERVICES)], indirect=True)
def test_no_search_fails(part: PartUnderTest):
    for each in searches(part.part.service):
        for value in VALUES:
            value = value.encode("utf-8", "replace").decode()
            for day in ("", "9999-12-31", "x"):
                answer = part.http.form(each.url, q=value, **({"day": day} if day else {}))
                assert answer.status_code < 500, (each.url, value)
                assert "<script>" not in answer.text

"""Case A11: what no program should send is answered with 400 or 404, wherever it is sent, never 500."""

from __future__ import annotations

import json

import pytest

from deploy.parts import SERVICES, SHARDED
from shared.kit.web.bulk_door import NDJSON
from tests.support.part import HttpClient, PartUnderTest

HALVES = (
    b'{"\\ud800": 1}',
    b'{"a": "\\udfff"}',
    b'{"a": ["\\ud800\\u0041"]}',
    b'{"a": {"b": "\\uDBFF"}}',
    b'{"a": "\xed\xa0\x80"}',
    b"\xff\xfe{\x00}\x00",
    b'{"a": "\xff"}',
)


@pytest.fixture(params=SERVICES)
def part(tmp_path, request: pytest.FixtureRequest) -> PartUnderTest:
    return PartUnderTest(tmp_path, request.param, "stadium" if request.param == SHARDED else None)


def sent(client: HttpClient, url: str, body: bytes) -> int:
    headers = client.bearer(client.person, **{"Idempotency-Key": "strict"})
    answer = client.client.post(url, data=body, headers=headers, content_type="application/json")
    if answer.mimetype == NDJSON:  # each line has a problem of its own
        return min(json.loads(line)["status"] for line in answer.data.splitlines())
    return answer.status_code


def test_a11_half_a_character_is_refused_at_every_address(part):
    addresses = {
        each.declaration.url.replace("<uuid:resident>", "0" * 8 + "-0000-4000-8000-" + "0" * 12)
        for each in part.routes.url_map.iter_rules()
        for each in [each.endpoint]
        if each.declaration.verb == "POST" and not each.declaration.upload
    }
    assert len(addresses) > 1
    for url in sorted(addresses):
        for body in HALVES:
            for client in (part.http, part.http.anonymous()):
                assert 400 <= sent(client, url, body) < 500, (url, body)


def test_whole_characters_written_as_pairs_are_taken(tmp_path):
    part = PartUnderTest(tmp_path, "supervision")
    body = b'{"login": "zhang", "post": "\\ud842\\udfb7\\u6751\\u4e3b\\u4efb"}'
    assert sent(part.http, "/api/staff", body) == 200


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "..%2f..%2fetc", "%00", "\udcff", ".", ""])
def test_a11_no_name_of_a_file_is_too_strange(part, name):
    address = f"/static/{name}".encode(errors="surrogateescape").decode("latin-1")
    assert part.http.anonymous().client.get(address).status_code in (404, 400)


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "a:b", "a@b", "é".encode().decode("latin-1"), "[x]"]
)
def test_a_host_that_is_none_is_refused(part, host):
    answer = part.http.anonymous().client.get("/health", headers={"Host": host})
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


@pytest.mark.parametrize("host", ["localhost:8100", "192.0.2.1", "[2001:db8::1]:443", "站.example"])
def test_a_host_is_a_name_or_an_address(part, host):
    host = host.encode("idna").decode() if not host.isascii() else host
    assert part.http.anonymous().client.get("/health", headers={"Host": host}).status_code == 200

"""Case A8: nobody stops a part with requests that cost them little."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.parts import SERVICES, SHARDED
from tests.support.part import PartUnderTest

LARGE = 17_000


@pytest.mark.parametrize("service", SERVICES)
def test_a8_whoever_is_not_signed_in_sends_little(tmp_path: Path, service: str):
    part = PartUnderTest(tmp_path, service, "stadium" if service == SHARDED else None)
    client = part.http.anonymous().client
    public = [
        rule.endpoint.declaration
        for rule in part.routes.url_map.iter_rules()
        if rule.endpoint.declaration.kind in ("action", "command")
        and rule.endpoint.declaration.allow.public
    ]
    assert public or service != "supervision"
    for each in public:
        much = client.post(each.url, json={"login": "x" * LARGE})
        form = client.post(each.url, data={"login": "x" * LARGE})
        assert (much.status_code, form.status_code) == (413, 413), each.url


def test_a8_who_asks_for_an_audit_before_one_begins_shares_it(tmp_path: Path):
    part = PartUnderTest(tmp_path, "supervision")
    asked = {part.http.post("/api/audits").json["id"] for _ in range(9)}  # type: ignore[index]
    assert len(asked) == 1
    assert part.work() == 1
    assert part.http.post("/api/audits").json["id"] not in asked  # type: ignore[index]

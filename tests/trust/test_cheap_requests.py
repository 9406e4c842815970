"""Case A8: nobody stops a part with requests that cost them little."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from deploy.parts import SERVICES, SHARDED
from services.supervision.audit import queries
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


def test_a8_who_asks_for_an_audit_while_one_is_made_shares_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    part = PartUnderTest(tmp_path, "supervision")
    made, going, go_on = [0], threading.Event(), threading.Event()
    audited = queries._audited

    def slowly(work: object) -> queries.FullAudit:
        made[0] += 1
        going.set()
        assert go_on.wait(20)
        return audited(work)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "_audited", slowly)
    threads = [threading.Thread(target=queries.audit, args=(part.app,)) for _ in range(9)]
    threads[0].start()
    assert going.wait(20)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert 1 < made[0] <= 3
    queries.audit(part.app)
    queries.audit(part.app)
    assert made[0] <= 5


def test_an_audit_that_fails_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    part = PartUnderTest(tmp_path, "supervision")
    queries.audit(part.app)
    monkeypatch.setattr(queries, "_audited", lambda work: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        queries.audit(part.app)
    monkeypatch.undo()
    assert queries.audit(part.app)["chain"] == "ok"

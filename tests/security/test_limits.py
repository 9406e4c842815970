"""Who asks too often waits; everybody else, and other parts of the deployment, do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from shared.kit.service_tokens import LOG
from shared.kit.web.limits import CLIENTS_LIMIT, Buckets, Limits, TooManyRequests, client_address
from tests.support.calls import called_by
from tests.support.part import PartUnderTest, a_deployment, routes_of


class Clock:
    """A clock that only goes when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(buckets: Buckets, client: str) -> int:
    """How many requests a client gets through at this instant."""
    for count in range(1000):
        try:
            buckets.take(client)
        except TooManyRequests:
            return count
    raise AssertionError("never limited")


def test_a_burst_passes_then_the_rate():
    clock = Clock()
    buckets = Buckets(2, 10, clock)
    assert taken(buckets, "a") == 10
    clock.now += 3
    assert taken(buckets, "a") == 6
    clock.now += 3600
    assert taken(buckets, "a") == 10


def test_one_client_does_not_hinder_another():
    buckets = Buckets(1, 5, Clock())
    taken(buckets, "a")
    assert taken(buckets, "b") == 5


def test_the_refusal_says_how_long_to_wait():
    clock = Clock()
    buckets = Buckets(0.1, 1, clock)
    buckets.take("a")
    with pytest.raises(TooManyRequests) as refused:
        buckets.take("a")
    assert refused.value.details == {"retry_after": 10}
    clock.now += 10
    buckets.take("a")


def test_asking_on_while_refused_does_not_lengthen_the_wait():
    clock = Clock()
    buckets = Buckets(1, 1, clock)
    buckets.take("a")
    for _ in range(100):
        with pytest.raises(TooManyRequests):
            buckets.take("a")
    clock.now += 1
    buckets.take("a")


def test_a_clock_that_stands_still_gives_nothing_and_no_rate_limits_nobody():
    assert taken(Buckets(1000, 3, Clock()), "a") == 3
    free = Buckets(0, 0, Clock())
    for _ in range(100):
        free.take("a")


def test_only_so_many_clients_are_remembered():
    buckets = Buckets(1, 1, Clock())
    for n in range(CLIENTS_LIMIT + 50):
        buckets.take(str(n))
    assert len(buckets._levels) == CLIENTS_LIMIT


@pytest.mark.parametrize(
    ("environ", "proxy", "client"),
    [
        ({"REMOTE_ADDR": "10.1.2.3"}, False, "10.1.2.3"),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "9.9.9.9"}, False, "10.1.2.3"),
        ({"REMOTE_ADDR": "::1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 9.9.9.9"}, True, "9.9.9.9"),
        ({"REMOTE_ADDR": "10.1.2.3"}, True, "10.1.2.3"),
        ({"REMOTE_ADDR": "2001:db8::1:2:3:4"}, False, "2001:db8::/64"),
        ({"REMOTE_ADDR": "::ffff:10.1.2.3"}, False, "10.1.2.3"),
        ({"REMOTE_ADDR": "x" * 5000}, False, "unknown"),
        ({}, False, "unknown"),
    ],
)
def test_a_client_is_its_address_and_never_what_it_says(
    environ: dict[str, Any], proxy: bool, client: str
):
    assert client_address(environ, behind_proxy=proxy) == client


def test_accounts_and_addresses_are_counted_apart(tmp_path: Path):
    deployment = a_deployment(tmp_path, rehearsal=False, address_rate=1.0, account_rate=2.0)
    limits = Limits(deployment, Clock())
    assert taken(limits._addresses, "a") == 10
    for _ in range(20):
        limits.account("clerk")
    with pytest.raises(TooManyRequests):
        limits.account("clerk")


def test_a_rehearsal_has_no_limits(tmp_path: Path):
    limits = Limits(a_deployment(tmp_path, address_rate=1.0), Clock())
    for _ in range(100):
        limits.address({"REMOTE_ADDR": "10.0.0.1"})


def test_a_part_answers_429_to_programs_and_to_people_but_not_to_its_fellows(tmp_path: Path):
    part = PartUnderTest(tmp_path, "screening")
    app = routes_of(part)
    limited = replace(part.deployment, rehearsal=False, address_rate=0.5)
    app.limits = Limits(limited, Clock())
    client = Client(app)
    for _ in range(5):
        assert client.get("/health").status_code == 200
    refused = client.get("/health")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert refused.json["code"] == "too-many-requests"
    assert "no-store" in refused.headers["Cache-Control"]
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "2"
    assert "请求太快" in page.text
    assert "<h1>" in page.text
    token = called_by(part.deployment, "reporting", "screening", LOG)
    assert client.get("/log", headers=token).status_code == 200
    forged = {"Authorization": "Bearer 00"}
    assert client.get("/log", headers=forged).status_code == 429

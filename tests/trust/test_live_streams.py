"""Streams of a process that serves: they are sent as they come, are bounded, and hinder no end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from tests.bench.live import listening
from tests.support.served import Served, heard
from tests.support.waiting import until

FEW = "from shared.kit.web import live; live.MOST_STREAMS = 5"
STOPS_WITHIN = 5.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path_factory.mktemp("streams"), 5000, broker=rabbitmq.url)


@pytest.fixture
def served(site: Served) -> Iterator[Process]:
    with ProcessGroup() as group:
        process = group.add(site.process(first=FEW), site.part.url)
        group.start(60)
        yield process


def streams(site: Served) -> int:
    return site.ask("GET", "/status").json()["process"]["streams"]


def test_a_frame_is_sent_as_it_comes_and_a_process_ends_with_streams_open(site, served):
    began = time.monotonic()
    with listening(site, 5) as open_ones:
        print(f"first frames of 5 streams after {1000 * (time.monotonic() - began):.0f} ms")
        assert streams(site) == 5
        headers = {"Authorization": f"Bearer {site.token}", "Accept": "text/event-stream"}
        refused = requests.get(f"{site.part.url}/live", headers=headers, timeout=30)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "15")
        assert refused.json()["code"] == "too-many-streams"
        assert site.waste("SV-1", "told to all").ok
        for each in open_ones:
            assert b"data: " in each.recv(65536)
        began = time.monotonic()
        served.stop(30)
        took = time.monotonic() - began
        assert [heard(each)[-5:] for each in open_ones] == [b"0\r\n\r\n"] * 5
    assert served.returncode == 0
    assert took < STOPS_WITHIN


def test_who_goes_away_is_noticed_when_something_is_written(site, served):
    with listening(site, 3):
        assert streams(site) == 3
    until(lambda: site.waste("SV-1", str(time.monotonic())).ok and streams(site) == 0)

"""A part needs no nameko to answer: its WSGI application under waitress, a process of plain threads."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator

import pytest
import requests

from deploy.local.processes import Process
from deploy.local.supervisor import ProcessGroup
from shared.kit.web.responses import SECURITY_HEADERS
from tests.support.served import SITE, Served

CLIENTS = 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    site = Served(tmp_path_factory.mktemp("seam"))
    program = [sys.executable, "-W", "ignore", "-m", "tests.support.under_waitress"]
    arguments = [*program, "serve", str(site.deployment.file), SITE]
    with ProcessGroup() as group:
        log = site.deployment.folder / "waitress.log"
        group.add(Process(SITE, arguments, None, log), site.part.url)
        group.start(60)
        yield site


def test_health_and_the_frame_s_files_are_answered(site: Served):
    health = requests.get(f"{site.part.url}/health", timeout=30)
    assert (health.status_code, health.json()["source"]) == (200, SITE)
    assert "Server" not in health.headers
    assert {name: health.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert requests.get(f"{site.part.url}/static/vaxledger.css", timeout=30).status_code == 200


def test_a_query_is_answered_to_who_is_signed_in_and_to_nobody_else(site: Served):
    assert site.ask("GET", "/api/batches").json()["batches"][0]["batch"] == "SV-1"
    refused = requests.get(f"{site.part.url}/api/batches", timeout=30)
    assert (refused.status_code, refused.json()["code"]) == (401, "not-signed-in")


def test_a_command_sent_twice_is_done_once(site: Served):
    before = len(site.events("DosesWasted"))
    first, again = (site.waste("SV-1", "twice") for _ in range(2))
    assert first.json() == again.json()
    assert [each.headers.get("Idempotency-Replayed") for each in (first, again)] == [None, "true"]
    assert len(site.events("DosesWasted")) == before + 1


def test_one_command_of_twenty_clients_at_once_is_done_once(site: Served):
    before = len(site.events("DosesWasted"))
    answers = site.at_once("SV-1", ["at once"] * CLIENTS)
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    assert sum("Idempotency-Replayed" in each.headers for each in answers) == CLIENTS - 1
    assert len(site.events("DosesWasted")) == before + 1


def test_twenty_clients_at_once_never_take_more_than_there_is(site: Served):
    few = {"batch": "FEW", "product": "CoronaVac", "doses": 5, "expiry": "2024-12-31"}
    site.ask("POST", "/api/batches", json=few, headers={"Idempotency-Key": "few"})
    answers = site.at_once("FEW", [str(uuid.uuid4()) for _ in range(CLIENTS)])
    assert sorted(each.status_code for each in answers) == [200] * 5 + [409] * 15
    refused = {each.json()["code"] for each in answers if each.status_code == 409}
    assert refused == {"batch-empty"}


def test_a_form_that_is_refused_is_a_page_that_says_why(site: Served):
    form = {"doses": "5000", "reason": "flood", "_key": "flood", "_next": "/stock"}
    headers = {"Accept": "text/html"}
    page = site.ask("POST", "/api/batches/SV-1/waste", data=form, headers=headers)
    assert (page.status_code, page.headers["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert "批号 SV-1 只剩" in page.text
    assert "batch-empty" in page.text
    stock = site.ask("GET", "/stock", headers=headers)
    assert stock.status_code == 200
    assert "SV-1" in stock.text


def test_what_it_wrote_is_what_a_rebuild_makes_of_it(site: Served):
    assert site.view() == site.rebuilt_view()


def test_the_process_has_plain_sockets_and_threads_and_has_imported_neither_library(site: Served):
    assert (site.deployment.folder / "waitress.log").read_text().startswith("_thread socket\n")

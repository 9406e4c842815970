"""The teams' navigation leads to pages that let the visitor in, and to no others."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from deploy.containers import service_class
from deploy.parts import PARTS, SERVICES, open_edge
from shared.kit.web.nameko_service import declarations
from shared.town import request_context
from shared.town.access import Grant
from shared.town.access.landing_pages import landing_of, may_open
from shared.town.access.roles import ROLES
from tests.support.part import HttpClient, PartUnderTest, a_person, a_token

SCOPES = {"unit": "unit:v01", "site": "site:stadium", "town": "town"}


def pages_of(service: str):
    rooms = [url.partition("?")[0] for url, _, _ in PARTS[service].nav]
    found = {each.url: each.allow for each in declarations(service_class(service))}
    return {room: found[room] for room in rooms}


@pytest.mark.parametrize("service", SERVICES)
def test_a_door_lets_in_whom_its_page_lets_in(service: str):
    pages = pages_of(service)
    for url, allow in PARTS[service].landing:
        declared = pages[url]
        assert set(allow.roles) <= set(declared.roles), url
        assert allow.at == declared.at, url
    doors = {role for _, allow in PARTS[service].landing for role in allow.roles}
    assert doors == {role for allow in pages.values() for role in allow.roles}


def opened(who: HttpClient, address: str) -> TestResponse:
    """A page, or the one that it leads somebody to whose own work lies there."""
    page = who.page(address)
    return who.page(page.location) if page.status_code == 303 else page


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("source", ["registration", "appointments/stadium", "reporting"])
def test_every_link_of_a_page_s_frame_opens(tmp_path: Path, role: str, source: str):
    service, _, site = source.partition("/")
    part = PartUnderTest(tmp_path, service, site or None)
    who = part.http.signed_in("somebody", (role, SCOPES[ROLES[role].scope]))
    person = a_person("somebody", (Grant(role, SCOPES[ROLES[role].scope]),))
    door = landing_of(PARTS[part.part.service], part.part, person)
    if door is None:
        assert who.page("/").status_code == 403
        return
    page = opened(who, door)
    assert page.status_code == 200
    rooms = re.search(r'<nav class="rooms".*?</nav>', page.text, re.DOTALL)
    assert rooms
    for address in re.findall(r'href="([^"]+)"', rooms[0]):
        assert opened(who, address).status_code == 200, address
    teams = re.search(r'<nav class="teams".*?</nav>', page.text, re.DOTALL)
    assert teams
    led_to = re.findall(r'href="([^"]+)"', teams[0])
    wanted = [
        (other, landing_of(PARTS[other.service], other, person)) for other in part.deployment.parts
    ]
    assert led_to == [f"{other.address}{url}" for other, url in wanted if url]


def test_the_county_is_led_to_the_published_reports_only(tmp_path: Path):
    part = PartUnderTest(tmp_path, "reporting")
    county = part.http.signed_in("county", ("county_subscriber", "town"))
    frame = county.page("/weeks").text.partition("<main")[0]
    assert re.findall(r'<a href="([^"]+)" aria-current', frame) == [
        f"{part.part.address}/weeks",
        "/weeks",
    ]
    assert frame.count("<nav") == 2
    refused = county.page("/")
    assert refused.status_code == 403
    assert 'href="/weeks"' in refused.text.partition("<main")[2]


def test_the_county_reads_no_week_before_it_is_published(tmp_path: Path):
    part = PartUnderTest(tmp_path, "reporting")
    part.at("2024-04-09")
    office = part.http.signed_in("office", ("office", "town"))
    county = part.http.signed_in("county", ("county_subscriber", "town"))
    assert office.get("/api/weeks/2024-W14").status_code == 200
    assert county.get("/api/weeks/2024-W14").status_code == 403
    assert county.page("/weeks/2024-W14").status_code == 403
    assert county.post("/api/weeks/2024-W14/close").status_code == 403
    assert office.post("/api/weeks/2024-W14/close").status_code == 200
    assert county.get("/api/weeks/2024-W14").json == office.get("/api/weeks/2024-W14").json
    assert county.page("/weeks/2024-W14").status_code == 200


def test_a_nurse_of_another_site_is_led_to_its_places_and_not_to_its_people(tmp_path: Path):
    part = PartUnderTest(tmp_path, "appointments", "stadium")
    nurse = a_person("nurse", (Grant("site_staff", "site:community"),))
    assert landing_of(PARTS["appointments"], part.part, nurse) == "/sessions"
    assert not may_open(pages_of("appointments")["/"], nurse, part.part)


@pytest.mark.parametrize("role", ["unit_chief", "site_staff", "office", "auditor"])
def test_the_town_leads_to_the_units_one_may_open_and_names_the_others(tmp_path: Path, role: str):
    part = PartUnderTest(tmp_path, "registration")
    who = part.http.signed_in("somebody", (role, SCOPES[ROLES[role].scope]))
    text = who.page("/town").text
    units = part.deployment.campaign.units
    led_to = set(re.findall(r'href="/units/([^"#]+)', text))
    for unit in units:
        assert unit.name_zh in text
        opens = who.page(f"/units/{unit.code}").status_code == 200
        assert opens == (unit.code in led_to), unit.code


def test_of_another_part_a_page_offers_what_that_lets_people_in_by(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    apart = tuple(replace(each, port=n) for n, each in enumerate(part.deployment.parts, 1))
    deployment = replace(part.deployment, parts=apart)
    web = open_edge(deployment, deployment.part("registration"), part.app)
    county = a_person("county", (Grant("county_subscriber", "town"),))
    reporting = deployment.part("reporting").address
    assert not web.may(f"{reporting}/weeks")
    with request_context.answering(request_context.Request(county)):
        assert web.may(f"{reporting}/weeks?of=all#newest")
        assert not web.may(f"{reporting}/")
        with pytest.raises(LookupError):
            web.may(f"{reporting}/api/weeks")


def test_a_refusal_still_knows_who_is_signed_in(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    chief = part.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    gate = part.routes.gate
    chief.client.set_cookie(gate.cookie, a_token(chief.person, gate.audience))
    refused = chief.client.get("/units/v02", headers={"Accept": "text/html"})
    assert refused.status_code == 403
    frame = refused.text.partition("<main")[0]
    assert "v01-chief" in frame
    assert "/sign-in" not in frame
    chief.client.set_cookie(gate.cookie, "forged")
    nobody = chief.client.get("/units/v02", headers={"Accept": "text/html"})
    assert (nobody.status_code, nobody.location.split("?")[0][-8:]) == (303, "/sign-in")

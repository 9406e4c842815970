"""A provider takes the place of the password form: the whole way, with a real provider process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from joserfc.util import json_b64encode, urlsafe_b64decode
from werkzeug.test import TestResponse

from shared.town.access.openid import OpenIdSettings
from shared.town.deployment import Deployment
from tests.support.openid_provider import CLIENT, LOGIN, SECRET, OpenIdProvider
from tests.support.part import PartUnderTest

HTML = {"Accept": "text/html"}
DIRECT: dict[str, Any] = {"alg": "dir", "enc": "A256GCM"}
JWE = JWERegistry(algorithms=["dir", "A256GCM"])


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider) -> Iterator[OpenIdProvider]:
    yield running
    running.switch(wrong="", basic=True, claims={}, rotate="RS256")


@pytest.fixture
def office(tmp_path: Path, provider: OpenIdProvider) -> PartUnderTest:
    settings = OpenIdSettings(provider.issuer, CLIENT, SECRET)
    return PartUnderTest(tmp_path, "supervision", openid=settings)


def enrol(office: PartUnderTest, login: str) -> None:
    admin = office.http.signed_in("admin", ("administrator", "town"))
    assert admin.post("/api/staff", {"login": login, "post": "演练"}).status_code == 200
    body = {"role": "auditor", "scope": "town"}
    assert admin.post(f"/api/staff/{login}/grant", body).status_code == 200


def through(
    office: PartUnderTest, provider: OpenIdProvider, wanted: str = ""
) -> tuple[Any, TestResponse]:
    """A browser goes to the provider and comes back."""
    browser = office.http.anonymous().client
    sent = browser.get("/sign-in", query_string={"next": wanted}, headers=HTML)
    assert sent.status_code == 303
    assert sent.location.startswith(f"{provider.issuer}/authorize?")
    said = provider.authorize(sent.location)
    return browser, browser.get("/sign-in/callback", query_string=said, headers=HTML)


def test_who_the_provider_vouches_for_is_signed_in(office: PartUnderTest, provider: OpenIdProvider):
    enrol(office, LOGIN)
    browser, back = through(office, provider)
    assert (back.status_code, back.location) == (303, "/account")
    assert LOGIN in browser.get("/account", headers=HTML).text
    [started] = office.events("SignedIn")
    assert started["data"]["method"] == "openid"


def test_the_browser_goes_on_to_where_it_came_from(office: PartUnderTest, provider: OpenIdProvider):
    enrol(office, LOGIN)
    town = office.deployment.part("registration").address
    _, back = through(office, provider, f"{town}/units/v01")
    assert back.location == f"{town}/session?next=%2Funits%2Fv01"


def test_somebody_without_an_account_here_is_told_whom_to_ask(
    office: PartUnderTest, provider: OpenIdProvider
):
    browser, back = through(office, provider)
    assert back.status_code == 403
    assert "没有这个账号" in back.text
    assert browser.get("/account", headers=HTML).status_code == 303


def test_a_locked_account_stays_out(office: PartUnderTest, provider: OpenIdProvider):
    enrol(office, LOGIN)
    admin = office.http.signed_in("admin", ("administrator", "town"))
    assert admin.post(f"/api/staff/{LOGIN}/lock", {"reason": "left"}).status_code == 200
    assert through(office, provider)[1].status_code == 409


def test_a_lying_provider_signs_nobody_in(office: PartUnderTest, provider: OpenIdProvider):
    enrol(office, LOGIN)
    for wrong in ("nonce", "audience", "expired", "none", "hmac", "foreign-signature"):
        provider.switch(wrong=wrong)
        assert through(office, provider)[1].status_code == 401, wrong
    assert office.events("SignedIn") == []


def test_a_sign_in_begun_elsewhere_is_refused(office: PartUnderTest, provider: OpenIdProvider):
    """Nobody can be signed in as somebody else by a link that is sent to them."""
    enrol(office, LOGIN)
    sent = office.http.anonymous().client.get("/sign-in", headers=HTML)
    said = provider.authorize(sent.location)
    stranger = jwt.encode(DIRECT, {"begun": {}, "next": ""}, OctKey.generate_key(256), registry=JWE)
    headers = (
        {"alg": "none"},
        DIRECT | {"enc": []},
        DIRECT | {"enc": "A128GCM"},
        DIRECT | {"zip": 1},
    )
    odd = [f"{json_b64encode(header).decode()}.{stranger.partition('.')[2]}" for header in headers]
    for cookie in (None, "nonsense", "AAAA", "a.b.c.d.e", "é....", stranger, *odd):
        victim = office.http.anonymous().client
        if cookie:
            victim.set_cookie("vaxledger-openid", cookie, path="/sign-in/callback")
        back = victim.get("/sign-in/callback", query_string=said, headers=HTML)
        assert back.status_code == 401
    assert office.events("SignedIn") == []


def test_what_a_browser_keeps_of_a_sign_in_is_sealed(
    office: PartUnderTest, provider: OpenIdProvider
):
    browser = office.http.anonymous().client
    sent = browser.get("/sign-in", headers=HTML)
    kept = browser.get_cookie("vaxledger-openid", path="/sign-in/callback")
    assert kept is not None
    header, no_key, nonce, sealed, tag = (
        urlsafe_b64decode(part.encode()) for part in kept.value.split(".")
    )
    assert json.loads(header)["enc"] == "A256GCM"
    assert (no_key, len(nonce), len(tag)) == (b"", 12, 16)
    assert parse_qs(urlsplit(sent.location).query)["state"][0].encode() not in sealed


def test_coming_back_twice_signs_in_once(office: PartUnderTest, provider: OpenIdProvider):
    enrol(office, LOGIN)
    browser = office.http.anonymous().client
    said = provider.authorize(browser.get("/sign-in", headers=HTML).location)
    assert browser.get("/sign-in/callback", query_string=said, headers=HTML).status_code == 303
    assert browser.get("/sign-in/callback", query_string=said, headers=HTML).status_code == 401


def test_there_are_no_passwords_here(office: PartUnderTest):
    enrol(office, LOGIN)
    said = {"login": LOGIN, "password": "correct horse 电池 staple"}
    client = office.http.anonymous().client
    for path, body in (
        ("/sign-in", said),
        ("/api/tokens", said),
        ("/first-sign-in", said | {"code": "AAAA-BBBB-CCCC"}),
    ):
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.json["code"]) == (404, "sign-in-elsewhere"), path  # type: ignore[index]
    admin = office.http.signed_in("admin", ("administrator", "town"))
    assert admin.post(f"/api/staff/{LOGIN}/code").json["code"] == "sign-in-elsewhere"
    assert "统一身份认证" in client.get("/sign-in?stays=true", headers=HTML).text


def test_without_a_provider_there_is_nowhere_to_come_back_from(tmp_path: Path):
    plain = PartUnderTest(tmp_path, "supervision")
    answer = plain.http.anonymous().page("/sign-in/callback", code="x", state="y")
    assert answer.status_code == 404


def test_the_settings_are_read_back_from_the_deployment(office: PartUnderTest):
    settings = replace(office.deployment.openid, hosts=("keys.example",))  # type: ignore[type-var]
    replace(office.deployment, openid=settings).save()
    assert Deployment.read(office.deployment.file).openid == settings

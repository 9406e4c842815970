"""Tokens: only those supervision signed for this place, now, are taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from deploy.parts import remote_keys
from shared.kit.messaging.log_client import LogClient
from shared.kit.service_tokens import LOG, caller_of, token_of
from shared.kit.source_keys import signing_key
from shared.kit.web.wsgi import carries_service_token
from shared.town.access import Grant, Person, tokens
from shared.town.access.gate import RemoteOffice, Unreachable
from shared.town.privacy.sealing import KeyId
from tests.support.calls import InProcess
from tests.support.part import TEST_KEY, PartUnderTest, a_person, a_token

URL = "/api/units"


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "registration")


def status(town: PartUnderTest, token: str) -> tuple[int, str]:
    """What a bearer of the token is answered."""
    answer = town.http.client.get(URL, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, (answer.json or {}).get("code", "")


def good(town: PartUnderTest, **changes: Any) -> str:
    person = replace(a_person(), **changes)
    return a_token(person, town.deployment.audience)


def as_part(town: PartUnderTest, token: str) -> tuple[int, str]:
    """What a part that shows the token is answered."""
    answer = town.http.client.get("/log", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, (answer.json or {}).get("code", "")


def parts_of(token: str) -> list[str]:
    return token.split(".")


def encoded(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    body = parts_of(token)[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


REFUSED = (401, "token-refused")


def test_a_token_of_supervision_is_taken(town: PartUnderTest):
    assert status(town, good(town)) == (200, "")


def test_nobody_is_refused(town: PartUnderTest):
    answer = town.http.client.get(URL)
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")  # type: ignore[index]
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("at", range(3))
def test_a_changed_token_is_refused(town: PartUnderTest, at: int):
    split = parts_of(good(town))
    middle = len(split[at]) // 2
    other = "A" if split[at][middle] != "A" else "B"
    split[at] = split[at][:middle] + other + split[at][middle + 1 :]
    assert status(town, ".".join(split)) == REFUSED


def test_algorithm_none_is_refused(town: PartUnderTest):
    _, claims, _ = parts_of(good(town))
    for name in ("none", "None", "NONE"):
        header = encoded({"alg": name, "kid": "test"})
        assert status(town, f"{header}.{claims}.") == REFUSED


def test_the_public_key_is_no_shared_secret(town: PartUnderTest):
    """Signing with HMAC and the published key as its secret is the oldest trick."""
    _, claims, _ = parts_of(good(town))
    header = encoded({"alg": "HS256", "kid": "test"})
    public = TEST_KEY.raw_value.public_key().public_bytes_raw()
    mac = hmac.new(public, f"{header}.{claims}".encode(), hashlib.sha256).digest()
    forged = f"{header}.{claims}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert status(town, forged) == REFUSED
    claims_said = claims_of(good(town))
    secret = OctKey.import_key(public)
    assert status(town, jwt.encode({"alg": "HS256", "kid": "test"}, claims_said, secret)) == REFUSED


def test_another_key_or_kind_of_key_is_refused(town: PartUnderTest):
    claims = claims_of(good(town))
    stranger = OKPKey.generate_key("Ed25519", private=True)
    for key_id in ("test", "unknown"):
        header = {"alg": "Ed25519", "kid": key_id}
        assert status(town, jwt.encode(header, claims, stranger, ["Ed25519"])) == REFUSED
    rsa = RSAKey.generate_key(2048)
    assert status(town, jwt.encode({"alg": "RS256", "kid": "test"}, claims, rsa)) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody/else"},
        {"aud": "vaxledger:0000000000000000"},
        {"aud": None},
        {"grants": "all"},
        {"ver": "new"},
        {"exp": None},
    ],
)
def test_a_signed_token_with_wrong_claims_is_refused(town: PartUnderTest, changed: dict[str, Any]):
    claims = claims_of(good(town)) | changed
    header = {"alg": "Ed25519", "kid": "test"}
    assert status(town, jwt.encode(header, claims, TEST_KEY, ["Ed25519"])) == REFUSED


def test_an_expired_token_is_refused(town: PartUnderTest):
    assert status(town, good(town, expires=time.time() - 1)) == REFUSED


def test_a_bearer_token_is_no_cookie_and_a_cookie_of_one_part_opens_no_other(town: PartUnderTest):
    gate = town.http.app.gate
    client = town.http.client
    own = a_token(a_person(), gate.audience)
    foreign = a_token(a_person(), f"{town.deployment.audience}/reporting")
    bearer = a_token(a_person(), town.deployment.audience)
    for token, expected in ((own, 200), (foreign, 401), (bearer, 401)):
        client.set_cookie(gate.cookie, token)
        assert client.get(URL).status_code == expected
    client.delete_cookie(gate.cookie)
    assert status(town, own) == REFUSED


def test_nonsense_is_refused_and_never_an_error(town: PartUnderTest):
    for token in ("a", "a.b.c", "..", "a" * 10_000, "é.é.é", "registration.", ".x", "eyJ.eyJ.x"):
        answer = town.http.client.get(URL, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token


def test_a_role_change_makes_older_tokens_stale(town: PartUnderTest):
    old = good(town, login="v01-chief", version=1)
    assert status(town, old) == (200, "")
    grant = {"login": "v01-chief", "role": "unit_chief", "scope": "unit:v01"}
    town.hears("supervision", "StaffEnrolled", stream="one", login="v01-chief")
    town.hears("supervision", "RoleRevoked", stream="one", **grant)
    town.http.app.gate.staff.now(fresh=True)
    assert status(town, old) == REFUSED
    assert status(town, good(town, login="v01-chief", version=2)) == (200, "")


@pytest.mark.parametrize("event", ["SignedOut", "SessionEnded"])  # as it was stored at first
def test_a_token_of_an_ended_session_is_refused(town: PartUnderTest, event: str):
    person = a_person()
    token = a_token(person, town.deployment.audience)
    assert status(town, token) == (200, "")
    ended = {"session": person.session, "login": person.login, "reason": "signed_out"}
    town.hears("supervision", event, **ended)
    town.http.app.gate.staff.now(fresh=True)
    assert status(town, token) == REFUSED


def test_a_key_learnt_from_events_is_taken_until_it_is_retired(town: PartUnderTest):
    key = tokens.new_key()
    person = a_person()
    audience = town.deployment.audience
    token = tokens.sign(person, key="k2", private=key, audience=audience, now=time.time())
    assert status(town, token) == REFUSED
    point = key.as_dict(private=False)["x"]
    town.hears("supervision", "SigningKeyPublished", key="k2", x=point)
    assert status(town, token) == (200, "")
    town.hears("supervision", "SigningKeyRetired", key="k2")
    town.http.app.gate.staff.now(fresh=True)
    assert status(town, token) == REFUSED


def test_what_a_rebuild_knows_of_staff_is_what_was_known_before(town: PartUnderTest):
    town.hears(
        "supervision",
        "SigningKeyPublished",
        key="k2",
        x="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    )
    town.hears("supervision", "StaffEnrolled", login="office")
    assert town.rebuilt_view() == town.view()
    assert "k2" in str(town.view()["signing_keys"])


def test_a_part_is_who_its_token_says(town: PartUnderTest):
    secret, called, now = town.deployment.secret_of("screening"), "registration", time.time()
    token = token_of(secret, "screening", called, LOG, now)
    assert as_part(town, token) == (200, "")
    head, claims, mac = token.split(".")
    said, private = claims_of(token), OKPKey.import_key(signing_key(secret))
    header = {"typ": "vaxledger-part", "alg": "Ed25519"}
    shared = OctKey.import_key(bytes.fromhex(secret))
    for forged in (
        f"{head}.{encoded(said | {'iss': 'operator'})}.{mac}",
        f"{head}.{claims}.{mac[:-4]}AAAA",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{encoded({'typ': 'vaxledger-part', 'alg': 'none'})}.{claims}.",
        f"{encoded({'alg': 'Ed25519'})}.{claims}.{mac}",
        token_of("ab" * 32, "screening", called, LOG, now),
        # A part's own key signs for this part alone.
        token_of(secret, "operator", called, LOG, now),
        token_of(secret, "stranger", called, LOG, now),
        jwt.encode(header, said | {"exp": said["exp"] + 3600}, private, ["Ed25519"]),
        jwt.encode(header, said | {"iat": float("inf")}, private, ["Ed25519"]),
        jwt.encode(header, said | {"iss": ["screening"]}, private, ["Ed25519"]),
        jwt.encode({"alg": "Ed25519"}, said, TEST_KEY, ["Ed25519"]),
        # The forms of before: with a secret that all parts shared, and one good for ever.
        jwt.encode({"typ": "vaxledger-part", "alg": "HS256"}, said, shared, ["HS256"]),
        "screening." + hmac.new(bytes.fromhex(secret), b"service|screening", "sha256").hexdigest(),
    ):
        assert as_part(town, forged) == REFUSED, forged
    person = town.http.client.get("/log", headers={"Authorization": town.http.authorization})
    assert (person.status_code, person.json["code"]) == (403, "not-allowed")  # type: ignore[index]


HOUR = 3600


def token_at(town: PartUnderTest, now: float) -> str:
    """A token of screening for registration's log, made at that time."""
    secret = town.deployment.secret_of("screening")
    return token_of(secret, "screening", "registration", LOG, now)


def wrong_clock(monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    """Let whoever calls another part have a clock that is so many seconds off."""
    clock = SimpleNamespace(time=lambda: time.time() + off)
    monkeypatch.setattr("shared.kit.service_tokens.time", clock)


@pytest.mark.parametrize("off", [-24 * HOUR, -HOUR, -600, 0, 600, HOUR, 24 * HOUR])
def test_a_part_whose_clock_is_wrong_by_a_day_is_not_cut_off(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, off: int
):
    """It is told the time by the part that refuses it, and asks once more; from then on once."""
    asking = town.deployment.asking("screening", "registration", LOG)
    caller = InProcess(town.http.client)
    wrong_clock(monkeypatch, off)
    asked = 1 if off == 0 else 2
    assert caller.get("http://registration/log", auth=asking).status_code == 200
    assert len(caller.sent) == asked
    assert carries_service_token({"HTTP_AUTHORIZATION": caller.sent[-1]}, town.routes.edge)
    assert caller.get("http://registration/log", auth=asking).status_code == 200
    assert len(caller.sent) == asked + 1


@pytest.mark.parametrize("off", [-365 * 24 * HOUR, -26 * HOUR, 26 * HOUR, 365 * 24 * HOUR])
def test_a_parts_token_of_another_day_is_refused_like_a_forged_one(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, off: int
):
    """Nor is one made for a day that somebody at the called part's address only claims it is."""
    token = token_at(town, time.time() + off)
    answers = [
        town.http.client.get("/log", headers={"Authorization": f"Bearer {each}"}).json
        for each in (token, token[:-4] + "AAAA")
    ]
    assert answers[0] == answers[1]
    assert as_part(town, token) == REFUSED
    assert not carries_service_token({"HTTP_AUTHORIZATION": f"Bearer {token}"}, town.routes.edge)
    caller = InProcess(town.http.client)
    wrong_clock(monkeypatch, off)
    asking = town.deployment.asking("screening", "registration", LOG)
    assert caller.get("http://registration/log", auth=asking).status_code == 401
    assert len(caller.sent) == 1


def test_a_parts_token_that_was_good_expires(town: PartUnderTest):
    """Also where it was checked before and is remembered."""
    gate = town.routes.gate
    token = token_at(town, time.time())
    for seconds, expected in ((0, (200, "")), (230, (200, "")), (301, REFUSED), (0, (200, ""))):
        gate._clock = lambda seconds=seconds: time.time() + seconds
        assert as_part(town, token) == expected, seconds


def test_a_part_shows_another_token_every_minute():
    begun = 1_711_900_020
    tokens = [
        token_of("ab" * 32, "screening", "registration", LOG, begun + second)
        for second in range(121)
    ]
    assert len(set(tokens)) == 3
    assert len(set(tokens[:60])) == 1


def test_what_calls_for_days_shows_the_token_of_now(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    """A follower, an office and a desk of keys are made once and call until the part stops."""
    site = town.deployment.part("appointments/stadium")
    shown = list[str]()

    def send(self: requests.Session, request: requests.PreparedRequest, **how: Any) -> Any:
        token = str(request.headers["Authorization"]).removeprefix("Bearer ")
        called = "supervision" if request.url and "/sessions" in request.url else "registration"
        caller = caller_of(town.deployment.keys.get, token, called, time.time())
        assert caller.source == site.source
        shown.append(caller.purpose)
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "send", send)
    log = LogClient("http://r", town.deployment.asking(site.source, "registration", LOG))
    keys = remote_keys(town.deployment, site, town.app.store)
    office = RemoteOffice(town.deployment, site)
    for days in range(4):
        monkeypatch.setattr(time, "time", lambda days=days: 1_711_900_000.0 + days * 24 * HOUR)
        with pytest.raises(requests.ConnectionError):
            log(0, 1)
        assert keys.keys([KeyId("r", "facts", 1)]) == {}
        with pytest.raises(Unreachable):
            office.end("a session")
    assert shown == ["log", "keys", "sessions"] * 4


def test_a_person_keeps_to_the_roles_of_the_token(town: PartUnderTest):
    person = Person("x", "s", (Grant("county_subscriber", "town"),), 1, 2e9, 2e9)
    assert status(town, a_token(person, town.deployment.audience)) == (403, "not-allowed")

"""OpenID Connect: a real provider process signs somebody in; whatever else it sends is refused."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey

from shared.kit.language import speaking
from shared.town.access.id_tokens import KeysChanged, NotGenuine, claims_of, keys_of
from shared.town.access.openid import Begun, OpenId, OpenIdSettings, SignInRefused
from tests.support.one_language import latin
from tests.support.openid_provider import CLIENT, LOGIN, SECRET, OpenIdProvider, new_key

BACK = "http://127.0.0.1:8005/sign-in/openid"


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider) -> Iterator[OpenIdProvider]:
    yield running
    running.switch(wrong="", basic=True, claims={}, rotate="RS256")


class Clock:
    """The real time at which it was made, moved ahead by hand."""

    def __init__(self) -> None:
        self.made, self.ahead = time.time(), 0.0

    def __call__(self) -> float:
        return self.made + self.ahead


def settings_of(provider: OpenIdProvider, **changes: Any) -> OpenIdSettings:
    return replace(OpenIdSettings(provider.issuer, CLIENT, SECRET), **changes)


def openid_of(provider: OpenIdProvider, **changes: Any) -> OpenId:
    return OpenId(settings_of(provider, **changes))


def sign_in(provider: OpenIdProvider, openid: OpenId) -> str:
    begun = openid.begin(BACK)
    return openid.finish(begun, **provider.authorize(begun.url))


def refused(do: Callable[[], object]) -> tuple[str, str]:
    """The refusal's code and its reason; what it says is in one language."""
    with pytest.raises(SignInRefused) as refusal:
        do()
    said = str(refusal.value)
    assert "登录" in said and latin(said) == []
    with speaking("en"):
        said += str(refusal.value)
    assert "ign in" in said or "ign-in" in said or "igned in" in said
    assert SECRET not in said + refusal.value.why and CLIENT not in said + refusal.value.why
    return refusal.value.code, refusal.value.why


@contextmanager
def not_genuine(why: str) -> Iterator[None]:
    """What is done inside is refused, for this reason."""
    with pytest.raises(NotGenuine) as refusal:
        yield
    assert re.search(why, refusal.value.why)


# What goes well


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA", "Ed25519"])
def test_who_the_provider_vouches_for_is_signed_in(provider: OpenIdProvider, algorithm: str):
    provider.switch(rotate=algorithm)
    assert sign_in(provider, openid_of(provider)) == LOGIN


def test_the_secret_goes_in_the_body_where_the_provider_wants_it_there(provider: OpenIdProvider):
    provider.switch(basic=False)
    assert sign_in(provider, openid_of(provider)) == LOGIN


def test_another_claim_can_name_the_account(provider: OpenIdProvider):
    assert sign_in(provider, openid_of(provider, claim="sub")) == "8f1c-演练"
    assert sign_in(provider, openid_of(provider, claim="email")) == "rehearsal@town.example"


def test_what_the_browser_is_sent_with_is_new_each_time_and_no_secret(provider: OpenIdProvider):
    openid = openid_of(provider)
    one, two = openid.begin(BACK), openid.begin(BACK)
    for each in ("state", "nonce", "verifier"):
        assert getattr(one, each) != getattr(two, each)
        assert len(getattr(one, each)) == 43  # 32 random bytes
    asked = parse_qs(urlsplit(one.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [BACK]
    assert one.verifier not in one.url
    assert "secret" not in one.url


def test_discovery_and_keys_are_kept_for_a_while(provider: OpenIdProvider):
    openid = openid_of(provider)
    paths = ("/.well-known/openid-configuration", "/jwks")
    before = [provider.asked(path) for path in paths]
    for _ in range(3):
        sign_in(provider, openid)
    assert [provider.asked(path) for path in paths] == [count + 1 for count in before]


# Keys


def test_a_new_signing_key_is_learnt_at_once_but_not_more_than_twice_a_minute(
    provider: OpenIdProvider,
):
    clock = Clock()
    openid = OpenId(settings_of(provider), clock=clock)
    sign_in(provider, openid)
    provider.switch(rotate="ES256")
    clock.ahead = 31
    assert sign_in(provider, openid) == LOGIN
    fetched = provider.asked("/jwks")
    provider.switch(wrong="unknown-key")
    for _ in range(5):
        assert refused(lambda: sign_in(provider, openid)) == ("openid-token", "signing key")
    assert provider.asked("/jwks") == fetched
    clock.ahead = 62
    assert refused(lambda: sign_in(provider, openid)) == ("openid-token", "signing key")
    assert provider.asked("/jwks") == fetched + 1


def test_a_withdrawn_key_is_forgotten_within_ten_minutes(provider: OpenIdProvider):
    openid = OpenId(settings_of(provider), clock=(clock := Clock()))
    sign_in(provider, openid)
    clock.ahead = 599
    provider.switch(rotate="RS256", wrong="withdrawn-key", claims={"exp": time.time() + 900})
    assert sign_in(provider, openid) == LOGIN
    clock.ahead = 601
    assert refused(lambda: sign_in(provider, openid)) == ("openid-token", "signing key")


def test_only_public_signing_keys_of_good_size_are_taken():
    good = new_key("RS256", "good").as_dict(private=False)
    with pytest.warns(SecurityWarning, match="2048"):
        weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
    document = {
        "keys": [
            good,
            weak,
            good | {"use": "enc", "kid": "enc"},
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {"kty": "AKP", "kid": "unknown"},
            {"kty": "RSA"},
            {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
            {"kty": ["RSA"]},
            "text",
            None,
        ]
    }
    assert [key.kid for key in keys_of(document)] == ["good"]
    assert keys_of({"keys": "none"}) == keys_of({}) == []


# What the provider must not get away with

LIES = {
    "nonce": ("openid-token", "nonce"),
    "no-nonce": ("openid-token", "nonce"),
    "audience": ("openid-token", "audience"),
    "two-audiences": ("openid-token", "authorized party"),
    "azp": ("openid-token", "authorized party"),
    "expired": ("openid-token", "expired"),
    "no-exp": ("openid-token", "exp"),
    "huge-times": ("openid-token", "exp"),
    "nan-times": ("openid-token", "exp"),
    "future": ("openid-token", "issued in the future"),
    "old": ("openid-token", "issued too long ago"),
    "none": ("openid-token", "algorithm"),
    "hmac": ("openid-token", "algorithm"),
    "foreign-signature": ("openid-token", "signature"),
    "unknown-key": ("openid-token", "signing key"),
    "issuer": ("openid-token", "issuer"),
    "not-a-token": ("openid-token", "not a token"),
    "no-login": ("openid-no-login", "claim preferred_username"),
    "no-id-token": ("openid-misconfigured", "no id_token in the token answer"),
    "token-error": ("openid-unreachable", "status 503"),
    "other-issuer-discovered": ("openid-misconfigured", "the discovery document's issuer"),
    "foreign-host": ("openid-misconfigured", "the discovery document's token_endpoint"),
    "file-jwks": ("openid-misconfigured", "the discovery document's jwks_uri"),
    "huge": ("openid-misconfigured", "more than 200000 bytes"),
    "list": ("openid-misconfigured", "not a JSON object"),
    "not-json": ("openid-misconfigured", "not JSON"),
    "error-500": ("openid-unreachable", "status 500"),
    "hang": ("openid-unreachable", "ReadTimeout"),
    "endless": ("openid-unreachable", "too slow"),
}


@pytest.mark.parametrize("wrong", LIES)
def test_a_lying_or_broken_provider_signs_nobody_in(provider: OpenIdProvider, wrong: str):
    provider.switch(wrong=wrong)
    assert refused(lambda: sign_in(provider, openid_of(provider))) == LIES[wrong]


def test_what_is_wrong_once_does_no_lasting_harm(provider: OpenIdProvider):
    openid = openid_of(provider)
    for wrong in ("error-500", "nonce", "token-error", "foreign-signature", "issuer"):
        provider.switch(wrong=wrong)
        refused(lambda: sign_in(provider, openid))
        provider.switch(wrong="")
        assert sign_in(provider, openid) == LOGIN


def test_an_unverified_email_names_nobody(provider: OpenIdProvider):
    provider.switch(wrong="unverified-email")
    openid = openid_of(provider, claim="email")
    assert refused(lambda: sign_in(provider, openid)) == ("openid-no-login", "email not verified")


@pytest.mark.parametrize("login", ["", "  ", 7, ["office"], None, "a\nb", "x" * 201, "\x00"])
def test_an_odd_login_is_none(provider: OpenIdProvider, login: Any):
    provider.switch(claims={"preferred_username": login})
    code, _ = refused(lambda: sign_in(provider, openid_of(provider)))
    assert code == "openid-no-login"


def test_a_redirect_leads_nowhere(provider: OpenIdProvider):
    with OpenIdProvider() as inside:
        provider.switch(wrong="redirect", elsewhere=f"{inside.issuer}/jwks")
        answer = refused(lambda: openid_of(provider).begin(BACK))
        assert answer == ("openid-misconfigured", "status 302")
        assert inside.asked("/jwks") == 0


def test_a_provider_that_is_down_is_said_to_be_down():
    with OpenIdProvider() as provider:
        openid = openid_of(provider)
        begun = openid.begin(BACK)
        back = provider.authorize(begun.url)
        provider.stop()
        assert refused(lambda: openid.finish(begun, **back))[0] == "openid-unreachable"
        assert refused(lambda: openid_of(provider).begin(BACK))[0] == "openid-unreachable"
        with pytest.raises(SignInRefused) as refusal:
            openid.finish(begun, **back)
        assert refusal.value.status == 503


# What a browser must not get away with


def test_what_was_begun_in_another_browser_is_refused(provider: OpenIdProvider):
    openid = openid_of(provider)
    mine, other = openid.begin(BACK), openid.begin(BACK)
    back = provider.authorize(other.url)
    assert refused(lambda: openid.finish(mine, **back)) == ("openid-stale", "state")
    stolen = {"code": back["code"], "state": mine.state}
    # The code is bound to the other's verifier: the provider itself refuses it.
    assert refused(lambda: openid.finish(mine, **stolen)) == ("openid-declined", "status 400")


@pytest.mark.parametrize("state", ["", "x", "é", "\udc80", "x" * 100_000])
def test_nonsense_for_a_state_is_refused(provider: OpenIdProvider, state: str):
    openid = openid_of(provider)
    begun = openid.begin(BACK)
    assert refused(lambda: openid.finish(begun, "code", state)) == ("openid-stale", "state")


@pytest.mark.parametrize("code", ["", "unknown", "x" * 2_001, "a&b=c\r\nX: y", "é\udc80"])
def test_nonsense_for_a_code_is_refused(provider: OpenIdProvider, code: str):
    openid = openid_of(provider)
    begun = openid.begin(BACK)
    assert refused(lambda: openid.finish(begun, code, begun.state))[0] == "openid-declined"


def test_a_code_is_good_once(provider: OpenIdProvider):
    openid = openid_of(provider)
    begun = openid.begin(BACK)
    back = provider.authorize(begun.url)
    assert openid.finish(begun, **back) == LOGIN
    assert refused(lambda: openid.finish(begun, **back)) == ("openid-declined", "status 400")


def test_another_verifier_is_refused_by_the_provider(provider: OpenIdProvider):
    openid = openid_of(provider)
    begun = openid.begin(BACK)
    back = provider.authorize(begun.url)
    changed: Begun = replace(begun, verifier="A" * 43)
    assert refused(lambda: openid.finish(changed, **back)) == ("openid-declined", "status 400")


def test_a_sign_in_must_be_finished_within_ten_minutes(provider: OpenIdProvider):
    openid = OpenId(settings_of(provider), clock=(clock := Clock()))
    begun = openid.begin(BACK)
    back = provider.authorize(begun.url)
    clock.ahead = 601
    assert refused(lambda: openid.finish(begun, **back)) == ("openid-stale", "too late")


def test_a_wrong_client_secret_is_refused(provider: OpenIdProvider):
    openid = openid_of(provider, client_secret="another")
    answer = refused(lambda: sign_in(provider, openid))
    assert answer == ("openid-declined", "status 401")


# Addresses


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example",
        "http://10.0.0.1",
        "http://127.0.0.1.id.example",
        "http://localhost.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "https://user:word@id.example",
        "https://id.example/?a=b",
        "https://id.example/#x",
        "https://id.example:port",
        "//id.example",
        "",
    ],
)
def test_an_unsafe_issuer_is_refused_when_the_part_starts(issuer: str):
    with pytest.raises(ValueError, match="issuer"):
        OpenId(OpenIdSettings(issuer, CLIENT, SECRET))


@pytest.mark.parametrize(
    "issuer",
    ["https://id.example", "https://id.example:8443/realms/town", "http://127.0.0.1:80",
     "http://[::1]:8080", "http://localhost:8080"],
)  # fmt: skip
def test_https_and_this_machine_are_fine(issuer: str):
    OpenId(OpenIdSettings(issuer, CLIENT, SECRET))


class Named:
    """A session that gives one discovery document and notes every address it is asked for."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document, self.urls = document, []

    def request(self, verb: str, url: str, **how: Any) -> Any:
        assert how["allow_redirects"] is False and how["timeout"] == 3
        self.urls.append(url)
        return _Answer(self.document)


class _Answer:
    status_code = 200

    def __init__(self, document: dict[str, Any]) -> None:
        body = io.BytesIO(json.dumps(document).encode())
        self.raw = self
        self.read1 = lambda most, decode_content: body.read(most)

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example/token",  # not encrypted
        "http://127.0.0.1:5432/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://id.example.evil.example/",
        "https://id.example@evil.example/",
        "https://user@id.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "",
        None,
        7,
    ],
)
def test_a_public_provider_cannot_send_us_elsewhere(address: Any):
    session = Named({"issuer": "https://id.example", "authorization_endpoint": address})
    openid = OpenId(OpenIdSettings("https://id.example", CLIENT, SECRET), session)  # type: ignore[arg-type]
    answer = refused(lambda: openid.begin(BACK))
    assert answer == ("openid-misconfigured", "the discovery document's authorization_endpoint")
    assert session.urls == ["https://id.example/.well-known/openid-configuration"]


def test_another_host_of_the_provider_has_to_be_named_in_the_settings():
    document = {
        "issuer": "https://id.example",
        "authorization_endpoint": "https://login.example/authorize?town=1",
    }
    settings = OpenIdSettings("https://id.example", CLIENT, SECRET, hosts=("login.example",))
    begun = OpenId(settings, Named(document)).begin(BACK)  # type: ignore[arg-type]
    assert begun.url.startswith("https://login.example/authorize?town=1&response_type=code")


# Times and nonsense, without a provider

KEY = new_key("Ed25519", "k")
NOW = 1_711_900_000.0


def checked(token: str) -> dict[str, Any]:
    return claims_of(token, [KEY], issuer="https://id.example", audience=CLIENT, nonce="n", now=NOW)


def token_of(**changes: Any) -> str:
    claims = {"iss": "https://id.example", "aud": CLIENT, "nonce": "n", "iat": NOW, "exp": NOW + 9}
    said = {name: value for name, value in (claims | changes).items() if value != "left out"}
    return jwt.encode({"alg": "Ed25519", "kid": "k"}, said, KEY, ["Ed25519"])


@given(st.integers(-2_000, 2_000), st.integers(-2_000, 2_000))
def test_a_token_is_good_while_it_is_valid_give_or_take_a_minute(issued: int, expires: int):
    token = token_of(iat=NOW + issued, exp=NOW + expires)
    good = expires >= -60 and -660 <= issued <= 60
    if good:
        assert checked(token)["nonce"] == "n"
    else:
        with not_genuine("expired|issued"):
            checked(token)


@given(st.sampled_from(["exp", "iat", "nbf"]), st.none() | st.booleans() | st.text() | st.just([]))
def test_a_time_that_is_none_is_refused(name: str, value: Any):
    with not_genuine(name):
        checked(token_of(**{name: value}))


def test_a_token_for_later_is_refused():
    assert checked(token_of(nbf=NOW + 60))
    with not_genuine("not valid yet"):
        checked(token_of(nbf=NOW + 61))


@pytest.mark.parametrize(
    ("aud", "azp", "good"),
    [
        (CLIENT, "left out", True),
        ([CLIENT], "left out", True),
        (CLIENT, CLIENT, True),
        ([CLIENT, "b"], CLIENT, True),
        ([CLIENT, "b"], "left out", False),
        ([CLIENT, "b"], "b", False),
        (CLIENT, "b", False),
        ("b", CLIENT, False),
        ([], CLIENT, False),
        ("left out", CLIENT, False),
        ({CLIENT: 1}, "left out", False),
        (f"{CLIENT} b", "left out", False),
    ],
)
def test_the_audience_is_us(aud: Any, azp: Any, good: bool):
    if good:
        assert checked(token_of(aud=aud, azp=azp))
    else:
        with not_genuine("audience|authorized party"):
            checked(token_of(aud=aud, azp=azp))


@given(st.text() | st.from_regex(r"\A[\w-]{0,80}\.[\w-]{0,80}\.[\w-]{0,80}\Z"))
def test_nonsense_is_never_a_token_and_never_an_error(text: str):
    with pytest.raises((NotGenuine, KeysChanged)):
        checked(text)


def test_a_token_that_is_too_long_is_not_looked_at():
    with not_genuine("too long"):
        checked(token_of(more="x" * 20_000))


def test_half_a_character_is_no_nonce():
    claims = json.dumps(
        {"iss": "https://id.example", "aud": CLIENT, "iat": NOW, "exp": NOW, "nonce": "\ud800"}
    )
    token = jws.serialize_compact({"alg": "Ed25519", "kid": "k"}, claims, KEY, ["Ed25519"])
    with not_genuine("nonce"):
        checked(token)


def test_keys_in_the_token_itself_are_not_believed():
    stranger = new_key("Ed25519", "k")
    claims = {"iss": "https://id.example", "aud": CLIENT, "nonce": "n", "iat": NOW, "exp": NOW + 9}
    for extra in ({"jwk": stranger.as_dict(private=False)}, {"jku": "https://evil.example/jwks"}):
        token = jwt.encode({"alg": "Ed25519", "kid": "k"} | extra, claims, stranger, ["Ed25519"])
        with not_genuine("signature"):
            checked(token)


def test_nothing_secret_is_written_to_the_log(
    provider: OpenIdProvider, caplog: pytest.LogCaptureFixture
):
    provider.switch(wrong="nonce")
    openid = openid_of(provider)
    begun = openid.begin(BACK)
    back = provider.authorize(begun.url)
    refused(lambda: openid.finish(begun, **back))
    assert "nonce" in caplog.text
    for each in (SECRET, begun.verifier, begun.nonce, begun.state, back["code"], "eyJ", LOGIN):
        assert each not in caplog.text

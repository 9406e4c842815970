"""A small OpenID provider in a process of its own: it signs its one test user in at once.

    with OpenIdProvider() as provider:
        provider.switch(wrong="nonce")          # see `WRONG`
        answer = provider.authorize(begun.url)  # what a browser would bring back: code, state

Run as a program it serves on a free loopback port and prints its issuer. `POST /switch` sets how it
misbehaves; everything else is what OpenID Connect Core, Discovery and RFC 7636 say.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

CLIENT = "vaxledger 演练"
SECRET = "a secret: 50% & more+"
LOGIN = "v01-chief"
WRONG = (
    "nonce", "no-nonce", "audience", "two-audiences", "azp", "expired", "no-exp", "future", "old",
    "none", "hmac", "foreign-signature", "unknown-key", "withdrawn-key", "issuer", "no-login", "unverified-email",
    "no-id-token", "not-a-token", "huge-times", "nan-times",
    "other-issuer-discovered", "foreign-host", "file-jwks", "redirect", "huge", "endless",
    "list", "not-json", "error-500", "hang", "token-error",
)  # fmt: skip


def new_key(algorithm: str, kid: str) -> Any:
    kind, size = {"RS256": (RSAKey, 2048), "ES256": (ECKey, "P-256")}.get(
        algorithm, (OKPKey, "Ed25519")
    )
    return kind.generate_key(size, {"kid": kid, "use": "sig"}, private=True)


class State:
    """What the provider knows, and how it is told to misbehave."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.wrong = ""
        self.algorithm = "RS256"
        self.basic = True
        self.claims: dict[str, Any] = {}
        self.count: dict[str, int] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.elsewhere = ""
        self.rotate("RS256")

    def rotate(self, algorithm: str) -> None:
        """Publish and sign with a new key; the old one is withdrawn."""
        self.algorithm, self.withdrawn = algorithm, getattr(self, "key", None)
        self.key = new_key(algorithm, f"{algorithm}-{secrets.token_hex(4)}")

    def discovery(self) -> dict[str, Any]:
        away = "https://metadata.example" if self.wrong == "foreign-host" else self.issuer
        jwks = "file:///etc/passwd" if self.wrong == "file-jwks" else f"{away}/jwks"
        lie = self.wrong == "other-issuer-discovered"
        return {
            "issuer": "https://evil.example" if lie else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{away}/token",
            "jwks_uri": jwks,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": (
                ["client_secret_basic"] if self.basic else ["client_secret_post"]
            ),
        }

    def id_token(self, asked: dict[str, str]) -> str:
        now, wrong = int(time.time()), self.wrong
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "8f1c-演练",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": LOGIN,
            "email": "rehearsal@town.example",
            "email_verified": True,
        }
        claims |= {
            "nonce": {"nonce": secrets.token_urlsafe(32)},
            "audience": {"aud": "another-client"},
            "two-audiences": {"aud": [CLIENT, "another-client"]},
            "azp": {"aud": [CLIENT], "azp": "another-client"},
            "expired": {"iat": now - 400, "exp": now - 100},
            "future": {"iat": now + 300, "exp": now + 600},
            "old": {"iat": now - 86_400},
            "issuer": {"iss": "https://another.example"},
            "unverified-email": {"email_verified": False},
            "huge-times": {"exp": 10**400},
            "nan-times": {"exp": float("nan")},
        }.get(wrong, {})
        for name in {"no-nonce": ("nonce",), "no-exp": ("exp",)}.get(wrong, ()):
            del claims[name]
        if wrong == "no-login":
            del claims["preferred_username"]
        claims |= self.claims
        return self.signed(claims)

    def signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.wrong == "not-a-token":
            return "a.b.c"
        if self.wrong == "none":
            plain = [json.dumps({"alg": "none", "kid": self.key.kid}), json.dumps(claims)]
            parts = (base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in plain)
            return ".".join((*parts, ""))
        if self.wrong == "hmac":
            # The public key as the shared secret: known to everybody.
            public = OctKey.import_key(json.dumps(self.key.as_dict(private=False)).encode())
            return jwt.encode(header | {"alg": "HS256"}, claims, public, ["HS256"])
        key = self.key
        if self.wrong == "foreign-signature":
            key = new_key(self.algorithm, self.key.kid)
        if self.wrong == "withdrawn-key":
            key, header["kid"] = self.withdrawn, self.withdrawn.kid
        if self.wrong == "unknown-key":
            key = new_key(self.algorithm, "nobody-published-it")
            header["kid"] = key.kid
        return jwt.encode(header, claims, key, [self.algorithm])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: State

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        state = self.state
        state.count[path.path] = state.count.get(path.path, 0) + 1
        if path.path == "/authorize":
            return self.authorize({k: v[0] for k, v in parse_qs(path.query).items()})
        if path.path == "/count":
            return self.json(200, state.count)
        if path.path == "/.well-known/openid-configuration":
            return self.misbehave() or self.json(200, state.discovery())
        if path.path == "/jwks":
            public = state.key.as_dict(private=False)
            weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
            unknown = {"kty": "AKP", "kid": "tomorrow's"}
            secret = {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"}
            return self.json(200, {"keys": [unknown, secret, weak, None, public]})
        return self.json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/switch":
            asked = json.loads(body)
            if "rotate" in asked:
                self.state.rotate(asked.pop("rotate"))
            for name, value in asked.items():
                setattr(self.state, name, value)
            return self.json(200, {})
        if self.path == "/token":
            return self.token({k: v[0] for k, v in parse_qs(body.decode()).items()})
        return self.json(404, {})

    def authorize(self, asked: dict[str, str]) -> None:
        expected = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        known = {name: asked.get(name) for name in expected}
        if known != expected or "openid" not in asked["scope"].split():
            return self.json(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(16)
        self.state.codes[code] = asked
        back = asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})
        return self.answer(302, b"", {"Location": back})

    def token(self, said: dict[str, str]) -> None:
        state = self.state
        if state.wrong == "token-error":
            return self.json(503, {})
        if state.basic:
            scheme, _, pair = self.headers.get("Authorization", "").partition(" ")
            user, _, word = base64.b64decode(pair).decode().partition(":")
            shown = (scheme, unquote(user), unquote(word)) == ("Basic", CLIENT, SECRET)
        else:
            shown = (said.get("client_id"), said.get("client_secret")) == (CLIENT, SECRET)
        if not shown:
            return self.json(401, {"error": "invalid_client"})
        asked = state.codes.pop(said.get("code", ""), None)  # a code is good once
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or said.get("grant_type") != "authorization_code"
            or said.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return self.json(400, {"error": "invalid_grant"})
        answer = {"access_token": "unused", "token_type": "Bearer"}
        if state.wrong != "no-id-token":
            answer["id_token"] = state.id_token(asked)
        return self.json(200, answer)

    def misbehave(self) -> bool:
        # To hang and to be slow is what is wrong here; nobody waits for anything.
        wrong = self.state.wrong
        if wrong == "redirect":
            self.answer(302, b"", {"Location": self.state.elsewhere})
        elif wrong == "huge":
            self.answer(200, b"{" + b" " * 5_000_000 + b"}")
        elif wrong == "endless":
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            for _ in range(100):  # half a minute, a byte at a time
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.3)
        elif wrong == "hang":
            time.sleep(30)
        elif wrong == "list":
            self.answer(200, b"[]")
        elif wrong == "not-json":
            self.answer(200, b"<html>")
        elif wrong == "error-500":
            self.json(500, {})
        else:
            return False
        return True

    def json(self, status: int, document: dict[str, Any]) -> None:
        self.answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has had enough


class OpenIdProvider:
    """The provider as a process; a context manager that ends it."""

    def __enter__(self) -> OpenIdProvider:
        root = Path(__file__).parent.parent.parent
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.openid_provider"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        assert self.process.stdout is not None
        self.issuer = self.process.stdout.readline().strip()
        assert self.issuer.startswith("http://127.0.0.1:"), "the provider did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process: the provider is down."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def switch(self, **how: Any) -> None:
        """Set `wrong`, `rotate`, `basic`, `claims` or `elsewhere`."""
        assert how.get("wrong", "") in ("", *WRONG)
        requests.post(f"{self.issuer}/switch", json=how, timeout=10).raise_for_status()

    def asked(self, path: str) -> int:
        """How often an address was asked for."""
        return requests.get(f"{self.issuer}/count", timeout=10).json().get(path, 0)

    def authorize(self, url: str) -> dict[str, str]:
        """Go where the browser is sent; return what it brings back."""
        answer = requests.get(url, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return {name: value[0] for name, value in parse_qs(back.query).items()}


def serve() -> None:
    warnings.simplefilter("ignore")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.state = State(f"http://127.0.0.1:{server.server_address[1]}")
    print(Handler.state.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve()

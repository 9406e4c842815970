"""Mail over TLS: the server proves who it is before a password or an address is told."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.registration.notices.channels.channel import Accepted, Later, Message
from services.registration.notices.channels.smtp import Mail
from tests.support.message_servers import MailServer

PASSWORD = "演练-password-of-nobody".encode().hex()
MESSAGE = Message(
    id="msg_" + "0" * 32,
    notice="n",
    resident="r",
    unit="v01",
    to="person@people.example",
    at="2024-04-10T08:00:00+08:00",
    title="接种提醒",
    zh="您好",
    en="Dear all",
)


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate of 127.0.0.1: its file, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


class Doorman:
    """Lets in one user, and remembers what was tried."""

    def __init__(self) -> None:
        self.tried: list[Any] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> Any:
        self.tried.append(said)
        good = isinstance(said, LoginPassword) and said.password == PASSWORD.encode()
        return AuthResult(success=good, handled=good)


def test_by_starttls_with_a_password(tmp_path: Path):
    public, context = certificate(tmp_path, "town")
    doorman = Doorman()
    options = {"tls_context": context, "require_starttls": True, "auth_required": True}
    with MailServer(authenticator=doorman, **options) as server:
        said = replace(server.settings, security="starttls", user="town", password=PASSWORD)
        mail = Mail(replace(said, ca_file=str(public)))
        assert mail.send(MESSAGE) == Accepted()
        assert len(server.boxes) == 1
        wrong = Mail(replace(said, ca_file=str(public), password="wrong"))
        outcome = wrong.send(MESSAGE)
        assert isinstance(outcome, Later)
        assert outcome.trouble == "smtp-535"
        assert not outcome.doubtful


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_cannot_prove_who_it_is_learns_nothing(tmp_path: Path, security: Any):
    _, context = certificate(tmp_path, "stranger")
    trusted, _ = certificate(tmp_path, "town")
    doorman = Doorman()
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    if security == "tls":
        options = {"ssl_context": context}
    with MailServer(authenticator=doorman, **options) as server:
        said = replace(server.settings, security=security, user="town", password=PASSWORD)
        outcome = Mail(replace(said, ca_file=str(trusted))).send(MESSAGE)
        assert isinstance(outcome, Later)
        assert outcome.trouble == "no-connection"
        assert not outcome.doubtful
        assert doorman.tried == []
        assert server.boxes == []


def test_a_server_that_offers_no_tls_is_told_nothing():
    with MailServer() as server:
        outcome = Mail(replace(server.settings, security="starttls")).send(MESSAGE)
        assert isinstance(outcome, Later)
        assert server.boxes == []


def test_by_tls_from_the_beginning(tmp_path: Path):
    public, context = certificate(tmp_path, "town")
    with MailServer(ssl_context=context) as server:
        mail = Mail(replace(server.settings, security="tls", ca_file=str(public)))
        assert mail.send(MESSAGE) == Accepted()
        assert [each["To"] for each in server.boxes] == ["person@people.example"]

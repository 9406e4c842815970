"""Master keys: what wraps every other key. They come from outside the database.

A source of master keys is a text of 32-byte keys (hex or base64), one a line. The first wraps;
the others are older ones that only unwrap, so that rotation needs no stop. Where the text is:

    ""                   the deployment's own secrets
    file:<path>          a file, for instance one mounted by the machine's secret store
    env:<NAME>           an environment variable
    command:<command>    what a command prints: the hook for a key management service, such as
                         `command:aws kms decrypt --ciphertext-blob fileb:///etc/vaxledger/master
                         --query Plaintext --output text`. It runs without a shell.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kit.language import t
from shared.town.privacy.sealing import KEY_BYTES, NONCE_BYTES

COMMAND_SECONDS = 20
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class MasterKeyMissing(Exception):
    """A key is wrapped under a master key that the source does not have."""

    def __init__(self, master: str) -> None:
        super().__init__(
            t(
                "找不到编号为 {master} 的主密钥，请把它放回主密钥来源（每行一个，最新的在前）。",
                "There is no master key {master} in the source of master keys; put it back there, one"
                " a line, the newest first.",
                master=master,
            )
        )


class BadMasterKeys(ValueError):
    """The source of master keys cannot be read."""


def derived(secret: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, made of a secret (HKDF-SHA-256)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, None, purpose.encode()).derive(secret)


def read_source(source: str) -> str:
    """Return the text of a source other than the deployment's own; raise `BadMasterKeys`."""
    kind, _, place = source.partition(":")
    try:
        if kind == "file":
            return Path(place).read_text(encoding="ascii")
        if kind == "env":
            return os.environ[place]
        if kind == "command":
            ran = subprocess.run(
                shlex.split(place), capture_output=True, timeout=COMMAND_SECONDS, check=True
            )
            return ran.stdout.decode("ascii")
    except (OSError, KeyError, ValueError, subprocess.SubprocessError) as error:
        raise BadMasterKeys(
            t(
                "从 {kind} 读不到主密钥：{error}。",
                "Master keys cannot be read from {kind}: {error}.",
                kind=kind,
                error=type(error).__name__,
            )
        ) from None
    raise BadMasterKeys(
        t(
            "不认识的主密钥来源 {kind}，请用 file:、env: 或 command:。",
            "{kind!r} is no source of master keys; use file:, env: or command:.",
            kind=kind,
        )
    )


def parse_keys(text: str) -> list[bytes]:
    """Return the keys of a source's text, the newest first; raise `BadMasterKeys`."""
    keys: list[bytes] = []
    for said in re.split(r"[\s,]+", text.strip()):
        try:
            key = (
                bytes.fromhex(said)
                if _HEX.fullmatch(said)
                else base64.b64decode(said, validate=True)
            )
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise BadMasterKeys(
                t(
                    "主密钥须是 32 字节的十六进制或 base64，每行一个。",
                    "Master keys are 32 bytes each, in hex or base64, one a line.",
                )
            )
        keys.append(key)
    return keys


def id_of(key: bytes) -> str:
    """Return the name of a master key, which tells nothing of it."""
    return hashlib.sha256(b"vaxledger master key" + key).hexdigest()[:16]


class Masters:
    """The master keys as this process knows them; the source is read again for an unknown id."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._keys: dict[str, AESGCM] = {}
        self._newest = ""

    @classmethod
    def of(cls, key: bytes) -> Masters:
        """Return the master keys of a source that has this one only."""
        return cls(key.hex)

    def newest(self) -> str:
        """Return the id of the key the source names first, as it is now."""
        self._load()
        return self._newest

    def wrap(self, master: str, name: str, key: bytes) -> bytes:
        """Wrap a key under a master key, bound to its name; raise `MasterKeyMissing`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(master).encrypt(nonce, key, f"{name}|{master}".encode())

    def unwrap(self, master: str, name: str, wrapped: bytes) -> bytes:
        """Unwrap what `wrap` made; raise `MasterKeyMissing`, `BadMasterKeys` if it was changed."""
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._cipher(master).decrypt(nonce, sealed, f"{name}|{master}".encode())
        except InvalidTag:
            raise BadMasterKeys("a wrapped key was changed, or moved to another row") from None

    def _cipher(self, master: str) -> AESGCM:
        if master not in self._keys:
            self._load()
        if master not in self._keys:
            raise MasterKeyMissing(master)
        return self._keys[master]

    def _load(self) -> None:
        keys = parse_keys(self._read())
        self._newest = id_of(keys[0])
        # Those known already stay known: a rotation may end while old rows are being read.
        self._keys |= {id_of(key): AESGCM(key) for key in keys}

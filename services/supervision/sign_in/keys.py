"""The keys that sign tokens: private halves sealed in the store, public ones told by events."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import OKPKey
from sqlalchemy import delete, insert, select

from services.supervision.domain.staff import SigningKey
from services.supervision.sign_in.views import private_keys
from shared.kit.eventstore import Context
from shared.town.access import tokens
from shared.town.access.person import Person
from shared.town.mirrors.staff import signing_keys
from shared.town.privacy import derived
from shared.town.work import Work


class SigningKeys:
    """Signs with the newest key; times are Unix seconds."""

    def __init__(self, work: Work, secret: bytes) -> None:
        self._work = work
        self._vault = AESGCM(derived(secret, "vaxledger signing keys"))
        self._opened: dict[str, OKPKey] = {}

    def opens(self) -> bool:
        """Tell whether a key was drawn, under the secret that supervision has now."""
        try:
            return self._newest() is not None
        except InvalidTag:
            return False

    def rotate(self, now: float, *, retire: bool = False) -> None:
        """Draw a new signing key and publish it; `retire` refuses what older ones signed.

        Without `retire` they are published until the last session they signed for is over.
        """
        private = tokens.new_key()
        key = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}-{secrets.token_hex(3)}"
        nonce, plain = secrets.token_bytes(12), json.dumps(private.as_dict(private=True)).encode()
        sealed = nonce + self._vault.encrypt(nonce, plain, key.encode())
        old = self._since(now - (0.0 if retire else tokens.SHIFT_SECONDS))
        with self._work.store.transaction(Context.once("sign-in")) as transaction:
            row = {"key": key, "sealed": sealed, "since": now}
            transaction.connection.execute(insert(private_keys), row)
            retired = [self._work.get(SigningKey, SigningKey.create_id(each)) for each in old]
            for each in retired:
                each.retire()
            point = private.as_dict(private=False)["x"]
            self._work.save(SigningKey(key=key, x=str(point)), *retired)
            gone = delete(private_keys).where(private_keys.c.key.in_(old))
            transaction.connection.execute(gone)
        self._opened = {key: private}

    def sign(self, person: Person, audience: str, now: float) -> str:
        """Return a token for `audience` that says who a person is."""
        newest = self._newest()
        assert newest is not None
        key, private = newest
        return tokens.sign(person, key=key, private=private, audience=audience, now=now)

    def published(self) -> list[dict[str, str]]:
        """Return the public keys as a JSON Web Key Set's members."""
        key = {"kty": "OKP", "crv": "Ed25519", "alg": tokens.ALGORITHM, "use": "sig"}
        rows = self._work.rows(select(signing_keys))
        return [key | {"kid": row["key"], "x": row["x"]} for row in rows]

    def _since(self, before: float) -> list[str]:
        query = select(private_keys.c.key).where(private_keys.c.since <= before)
        return [row["key"] for row in self._work.rows(query)]

    def _newest(self) -> tuple[str, OKPKey] | None:
        row = self._work.row(select(private_keys).order_by(private_keys.c.since.desc()).limit(1))
        if row is None:
            return None
        if row["key"] not in self._opened:
            sealed = bytes(row["sealed"])
            plain = self._vault.decrypt(sealed[:12], sealed[12:], row["key"].encode())
            self._opened = {row["key"]: OKPKey.import_key(json.loads(plain))}
        return row["key"], self._opened[row["key"]]

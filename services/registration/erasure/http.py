"""Erasure over HTTP, and the keys that are left, for other services."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from werkzeug.wrappers import Request

from services.registration.erasure import commands, schemas
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town.access import parts, to
from shared.town.access.roles import OFFICE
from shared.town.privacy import KeyId, seal_keys
from shared.town.web.web import Web

# Reporting counts people and needs no names.
KEY_HOLDERS = ("screening", "appointments", "supervision")

endpoints = Endpoints()


@endpoints.command("/api/residents/<uuid:resident>/erase", allow=to(OFFICE), body=schemas.Erase)
def erase(web: Web, body: Body, resident: UUID) -> commands.Erased:
    """Forget who a resident is: destroy the keys, as far as the law allows today."""
    return commands.erase(web.work, resident, **body)


@endpoints.internal("POST", "/keys", allow=parts(*KEY_HOLDERS))
def keys(web: Web, request: Request) -> Answer:
    """Keys of residents, for other services, sealed."""
    asked = json_object(raw_body(request, JSON_LIMIT))
    wanted = cast("Body", schemas.KeysWanted().load(asked))
    found = web.work.privacy.table.keys(map(KeyId.parse, wanted["keys"]))
    secret = bytes.fromhex(web.deployment.secrets.service)
    return {"sealed": seal_keys(secret, wanted["nonce"], found)}

"""Keys of residents over HTTP, for other parts."""

from __future__ import annotations

from typing import cast

from werkzeug.wrappers import Request

from services.registration.key_desk import commands, schemas
from shared.kit.eventstore import Context
from shared.kit.service_tokens import KEYS
from shared.kit.source_keys import pair_secret
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town.access import parts
from shared.town.privacy import KeyId, seal_keys
from shared.town.web.web import Web

# Reporting counts people and needs no names.
KEY_HOLDERS = ("screening", "appointments", "supervision")

endpoints = Endpoints()


@endpoints.internal("POST", "/keys", allow=parts(KEYS, *KEY_HOLDERS))
def keys(web: Web, request: Request) -> Answer:
    """Keys of residents whom the asking part has to do with, sealed for it; what it got is recorded."""
    asked = json_object(raw_body(request, JSON_LIMIT))
    wanted = cast("Body", schemas.KeysWanted().load(asked))
    caller, names = web.caller.source, list(map(KeyId.parse, wanted["keys"]))
    own = web.deployment.secret_of(web.instance.source)
    theirs = web.gate.part_keys.must_be_of(caller)
    with web.work.store.transaction(Context.once(caller)):
        found, withheld = commands.hand_out(web.work, caller, names)
    sealed = seal_keys(pair_secret(own, theirs), wanted["nonce"], found)
    return {"sealed": sealed, "withheld": [str(name) for name in withheld]}

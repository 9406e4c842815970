"""AsyncAPI 3 of all events, generated from the catalogue."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.kit.contracts.catalogue import EVERY, Contract, catalogue
from shared.kit.contracts.envelope import KEYS

CONTENT_TYPE = "application/json"
_TEXT_OR_NULL = {"type": ["string", "null"]}


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: a channel a service, a message an event and version."""
    services = sorted({contract.service for contract in catalogue} - {EVERY})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "vaxledger events",
            "version": "1",
            "license": {"name": "Apache-2.0"},
            "description": (
                "Durable topic exchanges, one a service; the routing key is the event's name. "
                "Headers carry CloudEvents 1.0 attributes with the prefix cloudEvents_."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {service: _channel(service) for service in services},
        "operations": {f"publish-{service}": _operation(service) for service in services},
        "components": {
            "messages": {contract.topic: _message(contract) for contract in catalogue},
            "schemas": _schemas(),
        },
    }


def _channel(service: str) -> dict[str, Any]:
    return {
        "address": f"{service}.events",
        "messages": {
            contract.topic: {"$ref": f"#/components/messages/{contract.topic}"}
            for contract in catalogue
            if contract.service in (service, EVERY)
        },
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": f"{service}.events", "type": "topic", "durable": True},
            }
        },
    }


def _operation(service: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{service}"}}


def _message(contract: Contract) -> dict[str, Any]:
    header: dict[str, Any] = {key: {"type": "string"} for key in KEYS if key != "data"}
    header |= {
        "event": {"const": contract.name},
        "version": {"const": contract.version},
        "stream_version": {"type": "integer"},
        "causation": _TEXT_OR_NULL,
    }
    payload: dict[str, Any] = {
        "type": "object",
        "required": list(KEYS),
        "properties": header | {"data": {"$ref": f"#/components/schemas/{contract.topic}"}},
    }
    summary = contract.meaning
    if (newer := catalogue.superseded_by(contract)) is not None:
        summary = f"Superseded by {newer.topic}; only stored earlier. {summary}"
        payload["deprecated"] = True
    return {
        "name": contract.name,
        "title": contract.topic,
        "summary": summary,
        "contentType": CONTENT_TYPE,
        "payload": payload,
        "examples": [{"name": contract.name, "payload": {"data": contract.example}}],
    }


def _schemas() -> dict[str, Any]:
    spec = APISpec(
        title="",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    for contract in catalogue:
        spec.components.schema(contract.topic, schema=contract.schema)
    return spec.to_dict()["components"]["schemas"]


def _name(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.lstrip("_")

"""The AsyncAPI document is what the specification's own JSON Schema asks for."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from shared.kit.contracts.asyncapi import document
from shared.kit.contracts.catalogue import EVERY
from shared.town.contracts import catalogue

SCHEMA = Path(__file__).parent / "asyncapi/node_modules/@asyncapi/specs/schemas"


def test_the_document_keeps_the_official_schema():
    schema = json.loads((SCHEMA / "3.0.0-without-$id.json").read_text())
    errors = [
        f"{list(e.path)}: {e.message[:200]}"
        for e in Draft7Validator(schema).iter_errors(document())
    ]
    assert errors == []


def test_the_official_schema_finds_a_broken_document():
    schema = json.loads((SCHEMA / "3.0.0-without-$id.json").read_text())
    broken = document() | {"asyncapi": "2.0.0"}
    assert list(Draft7Validator(schema).iter_errors(broken))


def test_every_event_is_a_message_of_its_service_with_a_schema_that_takes_its_example():
    published = document()
    registry = Registry().with_resource("", DRAFT202012.create_resource(published))
    for contract in catalogue:
        channels = published["channels"]
        for service in channels if contract.service == EVERY else [contract.service]:
            assert contract.topic in channels[service]["messages"]
        assert contract.topic in published["components"]["schemas"]
        payload = published["components"]["messages"][contract.topic]["payload"]
        assert payload["properties"]["event"] == {"const": contract.name}
    assert len(registry) == 1


def test_what_is_only_stored_earlier_is_marked_with_what_took_its_place():
    messages = document()["components"]["messages"]
    old, new = messages["SessionStarted.v1"], messages["SignedIn.v1"]
    assert old["payload"]["deprecated"] is True
    assert old["summary"].startswith("Superseded by SignedIn.v1")
    assert messages["ConsentGiven.v1"]["summary"].startswith("Superseded by ConsentGiven.v2")
    assert "deprecated" not in new["payload"]


def test_the_command_prints_the_catalogue_and_the_document():
    from typer.testing import CliRunner

    from deploy.cli.commands import app

    listed = CliRunner().invoke(app, ["events", "--json"])
    assert [row["event"] for row in json.loads(listed.output)] == [c.topic for c in catalogue]
    superseded = {row["event"]: row["superseded_by"] for row in json.loads(listed.output)}
    assert (superseded["SessionEnded.v1"], superseded["SignedOut.v1"]) == ("SignedOut.v1", None)
    printed = CliRunner().invoke(app, ["events", "--asyncapi"])
    assert json.loads(printed.output) == json.loads(json.dumps(document()))
    assert "DoseAdministered.v1" in CliRunner().invoke(app, ["events"]).output

"""Every event keeps its contract for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marshmallow import fields

from shared.kit.contracts import ContractError, Undecodable, UnknownEvent, decode, encode
from shared.kit.contracts.catalogue import Catalogue, EventSchema
from shared.town.contracts import catalogue

GOLDEN = Path(__file__).parents[2] / "shared" / "town" / "contracts" / "golden"
CONTRACTS = list(catalogue)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.topic)
def test_the_example_keeps_its_own_contract(contract):
    assert contract.dump(contract.load(contract.example)) == contract.example


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.topic)
def test_every_released_version_has_a_golden_file_that_still_loads(contract):
    body = (GOLDEN / f"{contract.topic}.json").read_bytes()
    event = decode("golden", 1, body)
    assert event.name == contract.name
    assert event.body == body
    newest = catalogue.latest(contract.name)
    assert newest.dump(newest.load(event.data)) == event.data


def test_golden_files_and_contracts_are_the_same_set():
    assert {file.stem for file in GOLDEN.glob("*.json")} == {c.topic for c in CONTRACTS}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.topic)
def test_a_missing_or_an_unknown_field_is_refused(contract):
    for field in contract.example:
        with pytest.raises(ContractError, match=field):
            contract.load({k: v for k, v in contract.example.items() if k != field})
    with pytest.raises(ContractError, match="colour"):
        contract.load(contract.example | {"colour": "red"})
    with pytest.raises(ContractError, match="colour"):
        contract.dump(contract.load(contract.example) | {"colour": "red"})


def test_an_old_version_is_cast_up_step_by_step():
    contracts = Catalogue()

    @contracts.declare("town", example={"name": "a"})
    class Opened(EventSchema):
        """First form."""

        name = fields.String(required=True)

    old = Opened

    @contracts.declare("town", version=3, example={"name_zh": "a", "name_en": "", "size": 0})
    class Opened(EventSchema):
        """Third form."""

        name_zh = fields.String(required=True)
        name_en = fields.String(required=True)
        size = fields.Integer(required=True)

    assert old is not Opened
    contracts.upcaster("Opened", from_version=1)(
        lambda data: {"name_zh": data["name"], "name_en": ""}
    )
    contracts.upcaster("Opened", from_version=2)(lambda data: data | {"size": 0})
    data = contracts.upcast("Opened", 1, {"name": "东河"})
    assert data == {"name_zh": "东河", "name_en": "", "size": 0}
    assert contracts.latest("Opened").load(data) == data
    with pytest.raises(UnknownEvent, match="newer"):
        contracts.upcast("Opened", 4, {})
    with pytest.raises(ContractError, match="twice"):
        contracts.declare("town", version=3, example={})(Opened)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"event":"X","version":1}', b"null"]
)
def test_bytes_that_are_no_event_are_said_to_be_none(body):
    with pytest.raises(Undecodable):
        decode("somewhere", 1, body)


def test_an_unknown_event_is_named():
    document = json.loads((GOLDEN / "SiteOpened.v1.json").read_bytes()) | {"event": "SiteClosed"}
    with pytest.raises(UnknownEvent, match="SiteClosed"):
        decode("appointments/stadium", 1, encode(document))

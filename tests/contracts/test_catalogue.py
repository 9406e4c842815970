"""Every event keeps its contract for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marshmallow import fields

from shared.kit.contracts import Sealed, decode, encode
from shared.kit.contracts.catalogue import Catalogue, ContractError, UnknownEvent
from shared.kit.contracts.envelope import Undecodable
from shared.kit.contracts.shapes import EventSchema
from shared.town.contracts import catalogue
from tests.contracts.golden import a_source_of

GOLDEN = Path(__file__).parents[2] / "shared" / "town" / "contracts" / "golden"
CONTRACTS = list(catalogue)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.topic)
def test_the_example_keeps_its_own_contract(contract):
    assert contract.dump(contract.load(contract.example)) == contract.example


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.topic)
def test_every_released_version_has_a_golden_file_that_still_loads(contract):
    body = (GOLDEN / f"{contract.topic}.json").read_bytes()
    event = decode(a_source_of(contract, json.loads(body)["data"]), 1, body)
    newest = catalogue.latest(contract.name)
    assert json.loads(body)["event"] == contract.name
    assert event.name == newest.name
    assert event.body == body
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


def test_a_sealed_field_names_the_field_that_says_whom_it_is_about():
    sealed = {each.topic: each.sealed for each in catalogue if each.sealed}
    assert sealed["ResidentRegistered.v1"] == {"identity": "resident"}
    for topic, fields_of in sealed.items():
        assert set(fields_of.values()) <= catalogue.get(topic).schema.fields.keys()


def test_an_old_version_is_cast_up_step_by_step():
    contracts = Catalogue()

    @contracts.declare("town")
    class Opened(EventSchema):
        """First form."""

        name = fields.String(required=True)

    old = Opened

    @contracts.declare("town", version=3)
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
    assert data == ("Opened", {"name_zh": "东河", "name_en": "", "size": 0})
    assert contracts.latest("Opened").load(data[1]) == data[1]
    with pytest.raises(UnknownEvent, match="newer"):
        contracts.upcast("Opened", 4, {})
    with pytest.raises(ContractError, match="twice"):
        contracts.declare("town", version=3)(Opened)


class _Named(EventSchema):
    name = fields.String(required=True)


def a_renamed_event() -> Catalogue:
    """`Begun` in two versions became `Opened`, of which there is a third, and at last `Started`."""
    contracts = Catalogue()
    contracts.declare("town")(type("Begun", (_Named,), {}))
    contracts.upcaster("Begun", from_version=1)(lambda data: data | {"name": data["name"] + "2"})
    opened = contracts.declare("town", version=2, formerly="Begun")
    opened(type("Opened", (_Named,), {}))
    contracts.upcaster("Opened", from_version=2)(lambda data: data | {"name": data["name"] + "3"})
    started = contracts.declare("town", version=3, formerly="Opened")
    started(type("Started", (_Named,), {}))
    return contracts


def test_what_was_stored_under_a_former_name_is_read_as_the_event_of_today():
    contracts = a_renamed_event()
    released = ["Begun.v1", "Begun.v2", "Opened.v2", "Opened.v3", "Started.v3"]
    assert [contract.topic for contract in contracts] == released
    assert contracts.upcast("Begun", 1, {"name": "a"}) == ("Started", {"name": "a23"})
    assert contracts.upcast("Begun", 2, {"name": "a"}) == ("Started", {"name": "a3"})
    assert contracts.upcast("Opened", 2, {"name": "a"}) == ("Started", {"name": "a3"})
    assert contracts.upcast("Started", 3, {"name": "a"}) == ("Started", {"name": "a"})
    assert {contracts.latest(name).topic for name in ("Begun", "Opened", "Started")} == {
        "Started.v3"
    }
    superseded = [contracts.superseded_by(contract) for contract in contracts]
    assert [newer and newer.topic for newer in superseded] == ["Started.v3"] * 4 + [None]
    assert contracts.names_of("Started") == ["Started", "Begun", "Opened"]
    for name, version in (("Begun", 3), ("Opened", 1), ("Opened", 4), ("Started", 2)):
        with pytest.raises(UnknownEvent):
            contracts.upcast(name, version, {"name": "a"})


def test_a_former_name_stays_taken_and_sealed_fields_keep_their_name():
    contracts = a_renamed_event()
    for name in ("Begun", "Opened"):
        with pytest.raises(ContractError, match="new name"):
            contracts.declare("town", version=4)(type(name, (_Named,), {}))

    class Registered(EventSchema):
        """Who somebody is."""

        identity = Sealed(subject="resident")

    with pytest.raises(ContractError, match="sealed"):
        contracts.declare("town", formerly="Enrolled")(Registered)


def test_a_former_sign_in_is_read_as_one_and_its_bytes_stay():
    body = (GOLDEN / "SessionStarted.v1.json").read_bytes()
    event = decode("supervision", 7, body)
    assert (event.name, event.version, event.body) == ("SignedIn", 1, body)
    assert event.data["method"] == "password"
    assert decode("supervision", 8, (GOLDEN / "SessionEnded.v1.json").read_bytes()).name == (
        "SignedOut"
    )


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

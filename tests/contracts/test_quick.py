"""The quick ways of reading and writing plain events say what marshmallow says."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kit.contracts import decode, encode
from shared.kit.contracts.catalogue import Contract, ContractError
from shared.kit.contracts.envelope import KEYS, event_of
from shared.town.contracts import catalogue
from tests.contracts.golden import a_source_of

ODD: tuple[Any, ...] = (None, "", "x", 5, 1.5, True, [], {}, "2024-13-01", "20240401", "2024-4-1")


def said(contract: Contract, data: dict[str, Any]) -> Any:
    """What the contract reads, or that it refuses."""
    try:
        return contract.load(data)
    except ContractError:
        return "refused"


def slowly(contract: Contract, data: dict[str, Any]) -> Any:
    """What marshmallow alone reads, or that it refuses."""
    found, errors = None, None
    try:
        found = contract.schema.load(data)
    except Exception as error:
        errors = error
    return "refused" if errors is not None else found


@pytest.mark.parametrize("contract", list(catalogue), ids=lambda c: c.topic)
def test_quick_reading_is_marshmallows(contract: Contract):
    example = dict(contract.example)
    assert said(contract, example) == slowly(contract, example)
    assert said(contract, example | {"colour": "red"}) == "refused"
    for name in example:
        without = {key: value for key, value in example.items() if key != name}
        assert said(contract, without) == slowly(contract, without), name
        for odd in ODD:
            changed = example | {name: odd}
            got, wanted = said(contract, changed), slowly(contract, changed)
            assert (got, type(got)) == (wanted, type(wanted)), (name, odd)
            if got != "refused":
                assert type(got.get(name)) is type(wanted.get(name)), (name, odd)


@pytest.mark.parametrize("contract", list(catalogue), ids=lambda c: c.topic)
def test_an_event_is_the_same_when_it_happens_and_when_it_is_read_again(contract: Contract):
    data = contract.dump(contract.load(dict(contract.example)))
    names = ("stream", "occurred_at", "recorded_at", "actor", "command", "correlation")
    document = {"event": contract.name, "version": contract.version, **dict.fromkeys(names, "x")}
    document |= {"stream_version": 1, "causation": None, "data": data}
    body = encode({key: document[key] for key in KEYS})
    if contract is catalogue.latest(contract.name):
        source = a_source_of(contract, document["data"])
        assert event_of(source, 7, document, body) == decode(source, 7, body)

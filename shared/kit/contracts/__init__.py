"""Contracts: what an event is, its envelope, and the catalogue of shapes and versions."""

from shared.kit.contracts.catalogue import (
    EVERY,
    Catalogue,
    Contract,
    ContractError,
    Data,
    UnknownEvent,
    catalogue,
)
from shared.kit.contracts.envelope import Event, Undecodable, decode, encode, event_of
from shared.kit.contracts.shapes import EventSchema, Sealed, required

__all__ = [
    "EVERY",
    "Catalogue",
    "Contract",
    "ContractError",
    "Data",
    "Event",
    "EventSchema",
    "Sealed",
    "Undecodable",
    "UnknownEvent",
    "catalogue",
    "decode",
    "encode",
    "event_of",
    "required",
]

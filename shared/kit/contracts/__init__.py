"""Contracts: what an event is, its envelope, and the catalogue of shapes and versions."""

from shared.kit.contracts.catalogue import Data, catalogue
from shared.kit.contracts.envelope import Event, decode, encode, heard
from shared.kit.contracts.shapes import EventSchema, Sealed, required

__all__ = [
    "Data",
    "Event",
    "EventSchema",
    "Sealed",
    "catalogue",
    "decode",
    "encode",
    "heard",
    "required",
]

"""The catalogue: what events exist, in which versions, and how an old one becomes a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

from marshmallow import ValidationError

from shared.kit.contracts.histories import SIGN
from shared.kit.contracts.plain import NotPlain, quick_dump, quick_load, read
from shared.kit.contracts.shapes import Data, EventSchema, Sealed, example_of

Upcaster = Callable[[Data], Data]
# Publisher of the few events that every service says for itself.
EVERY = "every"


class ContractError(Exception):
    """An event does not keep its contract; the message says which field and why."""


class UnknownEvent(ContractError):
    """Nobody has published a contract of this name and version."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One event in one version: `BookLent.v1`, who says it, its shape and an example.

    `sealed` holds its sealed fields, each with the field that names its subject.
    """

    name: str
    version: int
    service: str
    meaning: str
    schema: EventSchema
    example: Data
    sealed: dict[str, str]

    @property
    def topic(self) -> str:
        """Public name and version, the only name that is ever stored."""
        return f"{self.name}.v{self.version}"

    def dump(self, data: Mapping[str, Any]) -> Data:
        """Turn domain values into JSON values; raise `ContractError` if the shape is broken."""
        missing = self.schema.fields.keys() - data.keys()
        foreign = data.keys() - self.schema.fields.keys()
        if missing or foreign:
            raise ContractError(
                f"{self.topic}: missing {sorted(missing)}, unknown {sorted(foreign)}"
            )
        try:
            if (quick := quick_dump(self.schema)) is not None:
                return {
                    name: None if data[name] is None else write(data[name]) for name, write in quick
                }
            return cast("Data", self.schema.dump(data))
        except (ValidationError, ValueError, AttributeError, TypeError) as error:
            raise ContractError(f"{self.topic}: {error}") from error

    def load(self, data: Mapping[str, Any]) -> Data:
        """Turn JSON values into domain values; raise `ContractError` if the shape is broken."""
        if (quick := quick_load(self.schema)) is not None:
            with suppress(
                NotPlain, ValidationError, KeyError, ValueError, AttributeError, TypeError
            ):
                return read(quick, data)  # whatever is not as it was written, is judged below
        try:
            return cast("Data", self.schema.load(data))
        except ValidationError as error:
            raise ContractError(f"{self.topic}: {error.messages}") from error

    def check(self, data: Mapping[str, Any]) -> None:
        """Raise `ContractError` if stored data do not have the shape."""
        self.load(data)
        if wrong := [name for name in self.sealed if type(data[name]) not in (str, type(None))]:
            raise ContractError(f"{self.topic}: {wrong} are no sealed texts")


class Catalogue:
    """All contracts by topic, and how each becomes the newest: by upcasters, by a new name."""

    def __init__(self) -> None:
        """Start empty; files of contracts fill it."""
        self._contracts: dict[str, Contract] = {}
        self._latest: dict[str, Contract] = {}
        self._upcasters: dict[str, Upcaster] = {}
        self._renamed: dict[str, str] = {}
        self._shards: dict[str, str] = {}

    def __iter__(self) -> Iterator[Contract]:
        """Every contract ever released, in the order of release."""
        return iter(self._contracts.values())

    def declare(
        self, service: str, *, version: int = 1, formerly: str | None = None
    ) -> Callable[[type[EventSchema]], type[EventSchema]]:
        """Class decorator: the schema class is the contract of the event that bears its name.

        `formerly` is what the event was called until now. Its contract of this version and shape
        stays released under that name as well, the count of versions goes on, and every reader
        sees what is stored under it as this event. Not for sealed fields: their text is bound to
        the name it was stored under.
        """

        def add(schema: type[EventSchema]) -> type[EventSchema]:
            shape = schema()
            contract = Contract(
                name=schema.__name__,
                version=version,
                service=service,
                meaning=" ".join((schema.__doc__ or "").split()),
                schema=shape,
                example=example_of(shape),
                sealed={n: f.subject for n, f in shape.fields.items() if isinstance(f, Sealed)},
            )
            if formerly is not None:
                if contract.sealed:
                    raise ContractError(f"{formerly}: sealed fields keep an event's name for ever")
                same: EventSchema = type(formerly, (schema,), {})()
                self._release(replace(contract, name=formerly, schema=same))
                del self._latest[formerly]
                self._renamed[formerly] = contract.name
            self._release(contract)
            return schema

        return add

    def _release(self, contract: Contract) -> None:
        name = contract.name
        if contract.topic in self._contracts or name in self._renamed:
            raise ContractError(f"{contract.topic} is declared twice, or {name} has a new name")
        self._contracts[contract.topic] = contract
        latest = self._latest.get(name)
        if latest is None or latest.version < contract.version:
            self._latest[name] = contract

    def upcaster(self, name: str, *, from_version: int) -> Callable[[Upcaster], Upcaster]:
        """Register how JSON data of `from_version` become data of the next version."""

        def add(upcast: Upcaster) -> Upcaster:
            self._upcasters[f"{name}.v{from_version}"] = upcast
            return upcast

        return add

    def sharded(self, service: str, *, by: str) -> None:
        """Let a shard of `service` speak for itself alone: `by` is the field that names it."""
        self._shards[service] = by

    def why_not_theirs(self, source: str, name: str, data: Data) -> str | None:
        """Return why a source may not say an event, by its name of today; None: it may."""
        service, _, shard = source.partition(SIGN)[0].partition("/")
        publisher = self._latest[name].service
        if publisher == EVERY:
            return None
        if publisher != service:
            return f"{name} is said by {publisher} alone"
        field = self._shards.get(service)
        if field is not None and data.get(field) != shard:
            return f"{field} {data.get(field)!r} does not speak through {source}"
        return None

    def get(self, topic: str) -> Contract:
        """Return the contract of a stored topic, or raise `UnknownEvent`."""
        try:
            return self._contracts[topic]
        except KeyError:
            raise UnknownEvent(f"no contract {topic!r} in the catalogue") from None

    def latest(self, name: str) -> Contract:
        """Return the newest contract of an event, also by a former name, or raise `UnknownEvent`."""
        while name in self._renamed:
            name = self._renamed[name]
        try:
            return self._latest[name]
        except KeyError:
            raise UnknownEvent(f"no event {name!r} in the catalogue") from None

    def superseded_by(self, contract: Contract) -> Contract | None:
        """Return what took a contract's place: a newer version, perhaps by a new name; or None."""
        newest = self.latest(contract.name)
        return None if newest is contract else newest

    def names_of(self, *names: str) -> list[str]:
        """Return events' names with all their former ones: under which they may be stored."""
        wanted = {self.latest(name).name for name in names}
        former = [old for old in self._renamed if self.latest(old).name in wanted]
        return [*names, *former]

    def upcast(self, name: str, version: int, data: Data) -> tuple[str, Data]:
        """Return today's name of an event of any released version, and its data's newest form."""
        latest = self._latest.get(name)
        while latest is None or version < latest.version:
            if (upcast := self._upcasters.get(f"{name}.v{version}")) is not None:
                data, version = upcast(data), version + 1
            elif name in self._renamed and f"{name}.v{version}" in self._contracts:
                name = self._renamed[name]
                latest = self._latest.get(name)
            else:
                self.latest(name)
                raise UnknownEvent(f"no upcaster from {name}.v{version}")
        if version > latest.version:
            raise UnknownEvent(f"{name}.v{version} is newer than this program knows")
        return name, data


catalogue = Catalogue()

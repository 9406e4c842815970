"""The golden town put back into today's parts; the one place that knows their insides.

When modules move or classes become functions, this file follows; `test_golden_town.py` does not.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate
from sqlalchemy import insert

from deploy.parts import FOLLOWS, open_store
from deploy.rehearsal.invariants import LedgerReading, Rules, read_ledger
from shared.kit.contracts import decode
from shared.kit.contracts.chain import Linked, beginning, chained
from shared.kit.eventstore import Context, tables
from shared.kit.eventstore.followed import Reached
from shared.kit.source_keys import PartKey
from shared.town.contracts import catalogue
from shared.town.deployment import Secrets
from tests.golden.figures import entries, figures
from tests.support.calls import as_operator
from tests.support.part import PartUnderTest, a_deployment

FIXTURE = Path(__file__).parent / "town-2024.jsonl.xz"
# Tables of a store that its events do not tell: keys, wrapped under the fixture's secrets.
KEPT = {
    "registration": ("identity_keys", "destroyed_keys", "master_in_use"),
    "supervision": ("private_keys",),
}


@dataclass
class Golden:
    """What the fixture holds; `ledger` is every event as (source, position, bytes), in its order."""

    facts: dict[str, Any]
    head: str = ""
    figures: dict[str, Any] = field(default_factory=dict[str, Any])
    kept: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list[Any])
    ledger: list[tuple[str, int, bytes]] = field(default_factory=list[Any])

    @cached_property
    def logs(self) -> dict[str, list[Linked]]:
        """Every source's events in order."""
        logs: dict[str, list[Linked]] = {}
        for source, position, body in self.ledger:
            log = logs.setdefault(source, [])
            log.extend(chained(log[-1].link if log else beginning(source), [(position, body)]))
        return logs


def read(file: Path = FIXTURE) -> Golden:
    """Read the fixture."""
    first, *lines = map(json.loads, lzma.decompress(file.read_bytes()).decode().splitlines())
    golden = Golden(first)
    for line in lines:
        if "figures" in line:
            golden.head, golden.figures = line["head"], line["figures"]
        elif "table" in line:
            golden.kept.append((line["source"], line["table"], _row(line["row"])))
        else:
            golden.ledger.append((line["source"], line["position"], line["body"].encode()))
    return golden


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
        for name, value in row.items()
    }


class GoldenTown:
    """All parts of today on the stored events of the fixture; each HTTP request is one's own."""

    def __init__(self, folder: Path, golden: Golden) -> None:
        """Fill the stores and open the parts; their views are empty until `rebuild`."""
        self.golden = golden
        (folder / "campaign.toml").write_text(golden.facts["campaign"])
        (folder / "tombstones.jsonl").write_text(golden.facts["tombstones"])
        (folder / "rehearsal-clock").write_text(golden.facts["now"])
        self._changes: dict[str, Any] = {
            "campaign_file": folder / "campaign.toml",
            "people": golden.facts["people"],
            **_keyed(**golden.facts["secrets"]),
        }
        self.deployment = a_deployment(folder, **self._changes)
        self.parts = {source: self._opened(source) for source in golden.logs}

    def _opened(self, source: str) -> PartUnderTest:
        """A part on exactly the stored bytes, as if it had been stopped: it has decided on all."""
        part = self.deployment.part(source)
        store = open_store(self.deployment, part)
        with store.transaction(Context("golden", "test", "golden")) as transaction:
            rows = [_stored(each.position, each.body) for each in self.golden.logs[source]]
            transaction.connection.execute(insert(tables.events), rows)
            for of, name, row in self.golden.kept:
                if of == source:
                    known = (tables.store_metadata, store.views.kept)
                    [table] = [each.tables[name] for each in known if name in each.tables]
                    transaction.connection.execute(insert(table), row)
            if source != "supervision":  # whose ledger is made by what it does with every event
                for other in self._followed(source):
                    last = self.golden.logs[other][-1]
                    store.track(other, Reached(0, last.position, last.link))
        store.close()
        return PartUnderTest(self.deployment.folder, part.service, part.shard, **self._changes)

    def _followed(self, source: str) -> list[str]:
        return self.deployment.sources(*FOLLOWS[source.partition("/")[0]])

    def rebuild(self) -> dict[str, int]:
        """Have every part build its views anew, as `vaxledger rebuild` does; own events replayed."""
        replayed: dict[str, int] = {}
        for source, part in self.parts.items():
            answer = part.http.client.post("/rebuild", headers=as_operator(self.deployment, source))
            assert answer.status_code == 200, answer.text
            replayed[source] = answer.json["replayed"]  # type: ignore[index]
            self._follow(source, part)
        return replayed

    def _follow(self, source: str, part: PartUnderTest) -> None:
        if source == "supervision":
            for other, run in groupby(self.golden.ledger, key=lambda event: event[0]):
                log = self.golden.logs[other]
                part.hears_log(other, [log[position - 1] for _, position, _ in run])
        else:
            for other in self._followed(source):
                part.hears_log(other, self.golden.logs[other])

    def reindex(self) -> dict[str, int]:
        """Make anew what residents are found by, as `vaxledger reindex` does."""
        headers = as_operator(self.deployment, "registration")
        client, done, after = self.parts["registration"].http.client, Counter[str](), ""
        while after is not None:
            answer = client.post("/reindex", json={"after": after or None}, headers=headers)
            assert answer.status_code == 200, answer.text
            said: dict[str, Any] = answer.json  # type: ignore[assignment]
            after = said.pop("after")
            done.update(said)
        return dict(done)

    def search(self, text: str) -> list[str]:
        """Ids of the residents whom registration finds."""
        answer = self.parts["registration"].http.post("/api/residents/search", {"text": text})
        assert answer.status_code == 200, answer.text
        return [each["resident"] for each in answer.json["residents"]]  # type: ignore[index]

    def logs(self) -> dict[str, list[Linked]]:
        """The log of every part as it is now."""
        return {source: part.app.store.log(0, 1_000_000) for source, part in self.parts.items()}

    def get(self, source: str, path: str, **params: Any) -> Any:
        """GET a JSON document of a part."""
        answer = self.parts[source].http.get(path, **params)
        assert answer.status_code == 200, f"{source} {path}: {answer.text}"
        return answer.json

    def figures(self) -> dict[str, Any]:
        """The figures as the parts give them now."""
        return figures(self.get, self.deployment.campaign)

    def reading(self) -> LedgerReading:
        """The ledger, read against the rules of the plan."""
        return read_ledger(entries(self.get), Rules.of(self.deployment.campaign))

    def aggregates(self, source: str) -> dict[str, tuple[Any, Any]]:
        """Every stream's aggregate: of its events alone, and as the part loads it (by a snapshot)."""
        app = self.parts[source].app
        found: dict[str, tuple[Any, Any]] = {}
        for stream in sorted(versions(self.golden, source)):
            plain = app.get(Aggregate, UUID(stream))
            found[stream] = plain, app.get(type(plain), UUID(stream))
        return found


def _keyed(master: str, identity: str, service: str) -> dict[str, Any]:
    """Secrets of today. Supervision's own is the one that all shared: its signing keys are under it."""
    own = {"supervision": service}
    keys = {name: PartKey.of(secret, name) for name, secret in own.items()}
    return {"secrets": Secrets(master, identity, own), "keys": keys}


def _stored(position: int, body: bytes) -> dict[str, Any]:
    """A row of the table of events."""
    document = json.loads(body)
    row = {"position": position, "topic": f"{document['event']}.v{document['version']}"}
    row |= {"stream": document["stream"], "stream_version": document["stream_version"]}
    return row | {"body": body}


def event_data(source: str, position: int, body: bytes) -> dict[str, Any]:
    """An event's data as today's domain reads them; raises where it cannot."""
    event = decode(source, position, body)
    return catalogue.latest(event.name).load(event.data)


def versions(golden: Golden, source: str) -> dict[str, int]:
    """The version each stream of a source has come to."""
    events = [decode(source, each.position, each.body) for each in golden.logs[source]]
    return {event.stream: event.stream_version for event in events}


def stored(golden: Golden, source: str) -> list[tuple[str, dict[str, Any]]]:
    """Names and data of a source's events, as they were written."""
    documents = [json.loads(each.body) for each in golden.logs[source]]
    return [(document["event"], document["data"]) for document in documents]


def snapshots(golden: Golden) -> int:
    """How many snapshots of aggregates the fixture holds."""
    return sum(table == "snapshots" for _, table, _ in golden.kept)

"""Checker: judges by the clients' journal and the parts' logs alone what a fault has cost."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import requests

from deploy.parts import open_store
from deploy.rehearsal.invariants import Rules, read_ledger
from shared.kit.service_tokens import LOG, OPERATE, OPERATOR
from shared.town.deployment import Deployment
from tests.faults.journal import Acknowledged

PAGE = 1000
REBUILD_SECONDS = 600
Document = dict[str, Any]
Logs = dict[str, list[Document]]
Views = dict[str, list[tuple[Any, ...]]]


class Reader:
    """Reads what parts hold, as their operator; logs once, for they only grow."""

    def __init__(self, deployment: Deployment) -> None:
        """Begin with nothing read."""
        self.deployment = deployment
        self.logs: Logs = {part.source: [] for part in deployment.parts}

    def read(self) -> Logs:
        """Read on to the ends of all logs."""
        for source, log in self.logs.items():
            while events := self._get(source, f"/log?after={len(log)}&limit={PAGE}")["events"]:
                log += (json.loads(each["body"]) for each in events)
        return self.logs

    def ledger(self, fetch: Any) -> list[Document]:
        """Read the whole ledger, as its auditor `fetch`es it."""
        entries: list[Document] = []
        while page := fetch(after=len(entries), limit=PAGE)["entries"]:
            entries += page
        return entries

    def views(self) -> dict[str, Views]:
        """What the views of all parts hold, table by table."""
        return {source: self._views(source) for source in self.logs}

    def rebuild(self) -> None:
        """Let every part build its views anew; what it follows it then follows from the beginning."""
        for source in self.logs:
            url = f"{self.deployment.part(source).url}/rebuild"
            asking = self.deployment.asking(OPERATOR, source, OPERATE)
            answer = requests.post(url, auth=asking, timeout=REBUILD_SECONDS)
            answer.raise_for_status()

    def _views(self, source: str) -> Views:
        store = open_store(self.deployment, self.deployment.part(source))
        try:
            with store.connection() as connection:
                return {
                    table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
                    for table in store.views.tables.sorted_tables
                }
        finally:
            store.close()

    def _get(self, source: str, path: str) -> Document:
        url = f"{self.deployment.part(source).url}{path}"
        asking = self.deployment.asking(OPERATOR, source, LOG)
        answer = requests.get(url, auth=asking, timeout=60)
        answer.raise_for_status()
        return answer.json()


def lost(journal: Iterable[Acknowledged], logs: Logs) -> list[Acknowledged]:
    """Acknowledged commands of which their part's log has no event."""
    known = {source: {event["command"] for event in log} for source, log in logs.items()}
    return [each for each in journal if each.key not in known[each.source]]


def doubled(journal: Iterable[Acknowledged], logs: Logs) -> list[Acknowledged]:
    """Acknowledged commands that had an effect twice: two events of one name, for one dose."""
    effects = Counter(
        (source, event["command"], event["event"], event["data"].get("dose"))
        for source, log in logs.items()
        for event in log
    )
    twice = {(source, command) for (source, command, *_), count in effects.items() if count > 1}
    return [each for each in journal if each in twice]


def not_in_ledger(ledger: Iterable[Document], logs: Logs) -> list[str]:
    """Where the ledger is not the union of the sources' logs."""
    held = defaultdict[str, dict[int, Document]](dict)
    found: list[str] = []
    for entry in ledger:
        if entry["position"] in held[entry["source"]]:
            found.append(f"{entry['source']}:{entry['position']} twice in the ledger")
        held[entry["source"]][entry["position"]] = entry
    for source, log in logs.items():
        if len(held[source]) != len(log):
            found.append(f"{source}: {len(held[source])} in the ledger, {len(log)} in its log")
        for position, event in enumerate(log, 1):
            entry = held[source].get(position, {})
            if any(entry.get(key) != event[key] for key in ("event", "version", "command", "data")):
                found.append(f"{source}:{position} is another in the ledger")
    return found


def broken_rules(ledger: Iterable[Document], deployment: Deployment) -> list[str]:
    """The plan's rules that events of the ledger break: capacity, stock, interval, positions."""
    return read_ledger(ledger, Rules.of(deployment.campaign)).broken


def differing(before: dict[str, Views], after: dict[str, Views]) -> list[str]:
    """Tables of views that a rebuild has changed."""
    return [
        f"{source}: a rebuild changes {table}"
        for source, tables in after.items()
        for table in tables
        if before[source][table] != tables[table]
    ]

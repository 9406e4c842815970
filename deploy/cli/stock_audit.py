"""`vaxledger audit stock`: every dose of every batch, from the sites' logs alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from deploy.parts import SHARDED
from shared.kit.contracts import Event, decode
from shared.kit.language import listed, t
from shared.kit.messaging.log_client import LogClient
from shared.kit.service_tokens import LOG, OPERATOR
from shared.town.deployment import Deployment

PAGE = 1000
COLUMNS = ("received", "used", "given", "wasted", "moved", "lost", "left")


@dataclass(slots=True)
class Account:
    """One batch at one site, event by event.

    `left` is kept apart from the sums: a count sets it, whatever the books had before. So the sums
    add up only if every count said truly what it expected.
    """

    site: str
    batch: str
    received: int = 0
    used: int = 0
    given: int = 0
    wasted: int = 0
    moved: int = 0
    lost: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def take(self, name: str, data: dict[str, Any]) -> None:
        """Enter an event."""
        match name:
            case "BatchReceived" | "DosesArrived":
                self.received += data["doses"]
                self.left += data["doses"]
            case "DoseDrawn":
                self.used += 1
                self.left -= 1
            case "DoseAdministered":
                self.given += 1
            case "DosesWasted":
                self.wasted += data["doses"]
                self.left -= data["doses"]
            case "DosesSent":
                self.moved += data["doses"]
                self.left -= data["doses"]
            case "StockCounted":
                self.lost += data["expected"] - data["counted"]
                self.left = data["counted"]
            case _:
                return
        if self.left < 0:
            self._wrong(t("用的比收到的多", "more left than had come"))

    def _wrong(self, why: str) -> None:
        if why not in self.wrong:
            self.wrong.append(why)

    def close(self) -> Account:
        """Say what does not add up at the end of the log."""
        gone = self.used + self.wasted + self.moved + self.lost
        if self.received != gone + self.left:
            self._wrong(t("收到与去向、剩余不符", "received is not what is gone and left"))
        if self.used != self.given:
            self._wrong(t("出库与接种不符", "doses drawn are not doses given"))
        return self


def accounts(events: Iterable[Event]) -> list[Account]:
    """Return the account of every batch at every site that the events tell of."""
    found = dict[tuple[str, str], Account]()
    for event in events:
        data = event.data
        if "batch" in data and "site" in data:
            key = data["site"], data["batch"]
            found.setdefault(key, Account(*key)).take(event.name, data)
    return [found[key].close() for key in sorted(found)]


def recipients(events: Iterable[Event]) -> dict[tuple[str, str], list[str]]:
    """Return who got a dose of each batch at each site, in the order of the events."""
    found = dict[tuple[str, str], list[str]]()
    for event in events:
        if event.name == "DoseAdministered":
            key = event.data["site"], event.data["batch"]
            found.setdefault(key, []).append(event.data["resident"])
    return found


def audit(deployment: Deployment) -> dict[str, Any]:
    """Read the logs of all sites; return their accounts and whether they add up."""
    found = accounts(_said(deployment))
    rows = [{name: getattr(each, name) for name in Account.__slots__} for each in found]
    return {"adds_up": not any(each.wrong for each in found), "batches": rows}


def _said(deployment: Deployment) -> Iterator[Event]:
    for part in deployment.parts:
        if part.source.startswith(f"{SHARDED}/"):
            log = LogClient(part.url, deployment.asking(OPERATOR, part.source, LOG))
            after = 0
            while page := log(after, PAGE):
                after = page[-1].position
                yield from (decode(part.source, each.position, each.body) for each in page)


def table(document: dict[str, Any]) -> Table:
    """Return the accounts as a table."""
    found = Table(title=t("疫苗账", "Stock"))
    titles = (
        t("接种点", "Site"),
        t("批号", "Batch"),
        t("收到", "Received"),
        t("出库", "Used"),
        t("接种", "Given"),
        t("损耗", "Wasted"),
        t("调出", "Sent on"),
        t("盘亏", "Lost"),
        t("剩余", "Left"),
        t("核对", "Check"),
    )
    for title in titles:
        found.add_column(title)
    for row in document["batches"]:
        check = listed(row["wrong"]) or t("账平", "adds up")
        found.add_row(row["site"], row["batch"], *(str(row[name]) for name in COLUMNS), check)
    return found

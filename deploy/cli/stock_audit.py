"""`vaxledger audit stock`: every dose of every batch, and every syringe, from the sites' logs alone."""

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
BETWEEN = ("DosesSent", "DosesArrived")
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


@dataclass(slots=True)
class Syringes:
    """The syringes of one site, event by event; `left` is kept apart from the sums, as a batch's is.

    `kept`: the site has recorded syringes at all.
    """

    site: str
    received: int = 0
    used: int = 0
    wasted: int = 0
    lost: int = 0
    left: int = 0
    kept: bool = False
    wrong: list[str] = field(default_factory=list[str])

    def take(self, name: str, data: dict[str, Any]) -> None:
        """Enter an event."""
        match name:
            case "DoseAdministered":
                self.used += 1
                self.left -= 1
                return
            case "SyringesReceived":
                self.received += data["syringes"]
                self.left += data["syringes"]
            case "SyringesWasted":
                self.wasted += data["syringes"]
                self.left -= data["syringes"]
            case "SyringesCounted":
                self.lost += data["expected"] - data["counted"]
                self.left = data["counted"]
            case _:
                return
        self.kept = True

    def close(self) -> Syringes:
        """Say what does not add up at the end of the log."""
        if self.received != self.used + self.wasted + self.lost + self.left:
            self.wrong.append(t("收到与去向、剩余不符", "received is not what is gone and left"))
        return self


def books(events: Iterable[Event]) -> tuple[list[Account], list[Syringes]]:
    """Return the account of every batch at every site, and the syringes of sites that record any."""
    found, needles = dict[tuple[str, str], Account](), dict[str, Syringes]()
    for event in events:
        data = event.data
        if "site" not in data:
            continue
        site = data["site"]
        needles.setdefault(site, Syringes(site)).take(event.name, data)
        if "batch" in data:
            key = site, data["batch"]
            found.setdefault(key, Account(*key)).take(event.name, data)
    kept = [needles[site].close() for site in sorted(needles) if needles[site].kept]
    return [found[key].close() for key in sorted(found)], kept


def recipients(events: Iterable[Event]) -> dict[tuple[str, str], list[str]]:
    """Return who got a dose of each batch at each site, in the order of the events."""
    found = dict[tuple[str, str], list[str]]()
    for event in events:
        if event.name == "DoseAdministered":
            key = event.data["site"], event.data["batch"]
            found.setdefault(key, []).append(event.data["resident"])
    return found


@dataclass(slots=True)
class Transfer:
    """A note of doses that went from one site to another, as both tell it; `wrong`: how they differ."""

    from_site: str
    note: str
    batch: str
    to_site: str = ""
    sent: int = 0
    arrived_at: str = ""
    arrived: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def close(self) -> Transfer:
        """Say how the two sites differ at the end of their logs."""
        if not self.arrived:
            self.wrong.append(t("没有登记调入", "sent, never arrived"))
        elif not self.sent:
            self.wrong.append(t("没有登记调出", "arrived, never sent"))
        elif (self.sent, self.to_site) != (self.arrived, self.arrived_at):
            self.wrong.append(t("调出与调入不符", "sent is not what arrived"))
        return self


def transfers(events: Iterable[Event]) -> list[Transfer]:
    """Return every note of doses between sites."""
    found = dict[tuple[str, str, str], Transfer]()
    for event in events:
        data = event.data
        if event.name not in BETWEEN:
            continue
        sends = event.name == "DosesSent"
        key = data["site"] if sends else data["from_site"], data["note"], data["batch"]
        note = found.setdefault(key, Transfer(*key))
        if sends:
            note.to_site, note.sent = data["to_site"], note.sent + data["doses"]
        else:
            note.arrived_at, note.arrived = data["site"], note.arrived + data["doses"]
    return [found[key].close() for key in sorted(found)]


def audit(deployment: Deployment) -> dict[str, Any]:
    """Read the logs of all sites; return their accounts, the notes between them, and whether all adds up.

    Doses on their way do not add up until they have arrived.
    """
    moved = list[Event]()
    found, needles = books(_keeping(_said(deployment), moved))
    between = transfers(moved)
    rows = [{name: getattr(each, name) for name in Account.__slots__} for each in found]
    others = [{name: getattr(each, name) for name in Syringes.__slots__} for each in needles]
    notes = [{name: getattr(each, name) for name in Transfer.__slots__} for each in between]
    adds_up = not any(each.wrong for each in (*found, *needles, *between))
    return {"adds_up": adds_up, "batches": rows, "syringes": others, "transfers": notes}


def _keeping(events: Iterable[Event], moved: list[Event]) -> Iterator[Event]:
    """Hand events on, and keep those of doses between sites."""
    for event in events:
        if event.name in BETWEEN:
            moved.append(event)
        yield event


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
        # Names are folded, not cut: of two that are cut nobody can tell which is which.
        found.add_column(title, overflow="fold")
    for row in document["batches"]:
        check = listed(row["wrong"]) or t("账平", "adds up")
        found.add_row(row["site"], row["batch"], *(str(row[name]) for name in COLUMNS), check)
    for row in document["syringes"]:
        check = listed(row["wrong"]) or t("账平", "adds up")
        told = (str(row.get(name, "")) for name in COLUMNS)
        found.add_row(row["site"], t("注射器", "syringes"), *told, check)
    for row in document["transfers"]:
        if row["wrong"]:
            what = f"{row['batch']} · {row['note']}"
            sites = f"{row['from_site']} → {row['arrived_at'] or row['to_site']}"
            told = str(row["arrived"]), "", "", "", str(row["sent"]), "", ""
            found.add_row(sites, what, *told, listed(row["wrong"]))
    return found

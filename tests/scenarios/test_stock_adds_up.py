"""After any operations in any order the logs account for every dose, and the recall lists are whole.

Two sites and supervision, who hear each other's logs or do not; most operations make sense, some do not.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.stock_audit import COLUMNS, Account, accounts, recipients
from shared.kit.contracts import Event, decode
from tests.support.examples import LONG
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST, Stadium, batch

SITES, UNITS = ("stadium", "township"), {"stadium": "v15", "township": "v16"}
OPERATIONS = 2000 if LONG else 120
REASONS = ("broken", "expired", "not_used_up", "cold_chain", "flood")
PRODUCTS = ("CoronaVac", "BIBP")
NUMBERS = [f"{product[0]}-{number}" for product in PRODUCTS for number in range(1, 4)]
SHOWN = tuple(name for name in COLUMNS if name != "given")


class Site(Stadium):
    """Any site, as the stadium is."""

    def __init__(self, folder: Path, site: str) -> None:
        PartUnderTest.__init__(self, folder, "appointments", site)
        self.at(FIRST)
        self.hears("registration", "UnitDocked", unit=UNITS[site], site=site, since=FIRST)
        for product in PRODUCTS[:1]:
            self.ok("/api/batches", batch("opens", 5, product))
            span = {"from_day": FIRST, "to_day": "2024-06-20", "product": product}
            self.ok("/api/sessions", span)


class Town:
    """What people do with vaccine at two sites, and what they remember of it themselves."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.sites = {site: Site(folder, site) for site in SITES}
        self.group = PartUnderTest(folder, "supervision")
        self.group.at(FIRST)
        self.given = defaultdict[tuple[str, str], list[str]](list)
        self.sent = list[dict[str, Any]]()
        self.done = Counter[str]()
        self.heard = Counter[tuple[str, str]]()

    def step(self) -> None:
        """Somebody does something; it is done, or refused in words."""
        choices = ("dose", "receive", "waste", "count", "send", "arrive", "tell", "recall", "order")
        what = self.random.choices(choices, (8, 5, 3, 2, 3, 3, 2, 0.2, 0.1))[0]
        answer = getattr(self, f"_{what}")(self.random.choice(SITES))
        if answer is not None:
            assert answer.status_code in (200, 404, 409, 422), answer.text
            self.done[f"{what} {answer.status_code}"] += 1

    def _number(self) -> str:
        return self.random.choice(NUMBERS)

    def _batch(self) -> dict[str, Any]:
        number = self._number()
        product = next(each for each in PRODUCTS if each[0] == number[0])
        return batch(number, self.random.randint(1, 9), product)

    def _dose(self, site: str) -> Any:
        at, who = self.sites[site], uuid.UUID(int=self.random.getrandbits(128), version=4)
        at.consented(who, unit=UNITS[site])
        if at.book(who).status_code != 200:
            return None
        at.person(who, "check-in")
        at.cleared(who, FIRST)
        number = self.random.choice([*NUMBERS[:3], "opens"])
        answer = at.give(who, number)
        if answer.status_code == 200:
            self.given[site, number].append(str(who))
        return answer

    def _receive(self, site: str) -> Any:
        note = self.random.choice((None, None, "D-1", "D-2"))
        different = self.random.random() < 0.5
        body = self._batch() | {"note": note, "different": different, "per_vial": 2}
        return self.sites[site].http.post("/api/batches", body)

    def _waste(self, site: str) -> Any:
        body = {"doses": self.random.randint(1, 4), "reason": self.random.choice(REASONS)}
        return self.sites[site].http.post(f"/api/batches/{self._number()}/waste", body)

    def _count(self, site: str) -> Any:
        counted, why = self.random.randint(0, 20), self.random.choice((None, "mislaid"))
        body = {"counted": counted, "explanation": why}
        return self.sites[site].http.post(f"/api/batches/{self._number()}/count", body)

    def _send(self, site: str) -> Any:
        [other] = set(SITES) - {site}
        sending, note = self._batch(), f"T-{self.random.randint(1, OPERATIONS)}"
        body = {"to_site": other, "doses": sending["doses"], "note": note}
        answer = self.sites[site].http.post(f"/api/batches/{sending['batch']}/send", body)
        if answer.status_code == 200:
            self.sent.append(sending | {"from_site": site, "note": note})
        return answer

    def _arrive(self, site: str) -> Any:
        coming = [each for each in self.sent if each["from_site"] != site]
        if not coming:
            return None
        return self.sites[site].http.post("/api/arrivals", self.random.choice(coming))

    def _recall(self, site: str) -> Any:
        body = {"reason": "by the maker"}
        return self.sites[site].http.post(f"/api/batches/{self._number()}/recall", body)

    def _order(self, site: str) -> Any:
        del site
        body = {"batch": self._number(), "product": PRODUCTS[0], "reason": "by the maker"}
        return self.group.http.post("/api/recalls", body)

    def _tell(self, site: str) -> None:
        """One site and supervision hear each other."""
        self._hear(self.group, f"appointments/{site}", self.sites[site])
        self._hear(self.sites[site], "supervision", self.group)

    def _hear(self, part: PartUnderTest, source: str, sayer: PartUnderTest) -> None:
        after = self.heard[part.part.source, source]
        if said := sayer.app.store.log(after, 100_000):
            part.hears_log(source, said)
            self.heard[part.part.source, source] += len(said)

    def said(self, site: str) -> list[Event]:
        """Every event of a site's log."""
        part = self.sites[site]
        log = part.app.store.log(0, 1_000_000)
        return [decode(part.part.source, each.position, each.body) for each in log]


def shown(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["batch"], *(row[name] for name in SHOWN))


def booked(account: Account) -> tuple[Any, ...]:
    return (account.batch, *(getattr(account, name) for name in SHOWN))


def test_the_logs_and_the_views_account_for_every_dose_after_any_operations(tmp_path: Path):
    town = Town(tmp_path, seed=20240325)
    for _ in range(OPERATIONS):
        town.step()
    for site in (*SITES, *SITES):
        town._tell(site)
    for site, part in town.sites.items():
        said = town.said(site)
        found = accounts(said)
        assert [each.wrong for each in found if each.wrong] == []
        rows = part.read("/api/batches")["batches"]
        assert sorted(map(shown, rows)) == sorted(map(booked, found))
        got = {number: who for (at, number), who in town.given.items() if at == site}
        assert {number: who for (_, number), who in recipients(said).items()} == got
        for row in rows:
            listed = part.read(f"/api/batches/{row['batch']}/recipients")["recipients"]
            assert sorted(each["resident"] for each in listed) == sorted(got.get(row["batch"], []))
        _supervision_has_the_same(town, site, found)
        _every_site_has_stopped_what_is_ordered_back(town, rows)
        assert part.view() == part.rebuilt_view()
    _nothing_is_on_its_way_that_was_not_sent(town)
    assert town.group.view() == town.group.rebuilt_view()
    for what in ("dose 200", "receive 200", "waste 200", "count 200", "send 200", "arrive 200"):
        assert town.done[what], town.done


def _supervision_has_the_same(town: Town, site: str, found: list[Account]) -> None:
    from services.supervision.stock import queries

    names = ("received", "given", "wasted", "moved", "lost", "left")
    known = [row for row in queries.known(town.group.app) if row["site"] == site]
    assert sorted((row["batch"], *(row[name] for name in names)) for row in known) == sorted(
        (each.batch, *(getattr(each, name) for name in names)) for each in found
    )


def _every_site_has_stopped_what_is_ordered_back(town: Town, rows: list[dict[str, Any]]) -> None:
    ordered = town.group.http.get("/api/recalls").json["recalls"]
    back = {(each["batch"], each["product"]) for each in ordered}
    held = [row for row in rows if (row["batch"], row["product"]) in back]
    assert all(row["recalled"] for row in held)


def _nothing_is_on_its_way_that_was_not_sent(town: Town) -> None:
    """Each note has one owner: on its way, or arrived as it was sent (E18)."""
    sent, arrived = Counter[Any](), Counter[Any]()
    for site in SITES:
        for event in town.said(site):
            data = event.data
            if event.name == "DosesSent":
                sent[site, data["note"], data["batch"]] += data["doses"]
            elif event.name == "DosesArrived":
                arrived[data["from_site"], data["note"], data["batch"]] += data["doses"]
    assert all(sent[note] == doses for note, doses in arrived.items())


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([("DosesWasted", {"doses": 3})], "用的比收到的多"),
        ([("DoseDrawn", {})], "出库与接种不符"),
        ([("DoseAdministered", {})], "出库与接种不符"),
        ([("StockCounted", {"counted": 1, "expected": 1})], "收到与去向、剩余不符"),
    ],
)
def test_what_does_not_add_up_is_said(events: list[tuple[str, dict[str, int]]], why: str):
    account = Account("stadium", "SV-1")
    account.take("BatchReceived", {"doses": 2})
    assert account.close().wrong == []
    for name, data in events:
        account.take(name, data)
    assert why in account.close().wrong

"""Two sites and supervision, what people do there with vaccine and syringes, and what they remember."""

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.kit.contracts import Event, decode
from tests.support.examples import LONG
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST, Stadium, batch

SITES, UNITS = ("stadium", "township"), {"stadium": "v15", "township": "v16"}
OPERATIONS = 2000 if LONG else 160
REASONS = ("broken", "expired", "not_used_up", "cold_chain", "flood")
PRODUCTS = ("CoronaVac", "BIBP")
NUMBERS = [f"{product[0]}-{number}" for product in PRODUCTS for number in range(1, 4)]
CHOICES = {
    "dose": 8,
    "receive": 5,
    "waste": 3,
    "count": 2,
    "send": 3,
    "arrive": 3,
    "tell": 2,
    "recall": 0.2,
    "order": 0.1,
    "alike": 0.2,
    "read": 1.5,
    "withdraw": 0.5,
    "release": 3,
    "vial": 1,
    "syringes": 2,
}
"""What people do, and how often."""
DAY = timedelta(hours=8, minutes=20)


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
        self.ok("/api/syringes/deliveries", {"syringes": 50})
        for number in NUMBERS:
            product = next(each for each in PRODUCTS if each[0] == number[0])
            self.ok("/api/batches", batch(number, 4, product) | {"per_vial": 2})


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
        self.held = defaultdict[tuple[str, str], set[str]](set)
        self.vials = dict[tuple[str, str], tuple[datetime, int]]()
        self.syringes = {site: Counter(received=50) for site in SITES}
        self.now = datetime.fromisoformat(f"{FIRST}T08:00")

    def step(self) -> None:
        """Somebody does something; it is done, or refused in words."""
        self.now += DAY / OPERATIONS
        for at in self.sites.values():
            at.at(f"{self.now:%Y-%m-%dT%H:%M}")
        what = self.random.choices(tuple(CHOICES), tuple(CHOICES.values()))[0]
        answer = getattr(self, "tell" if what == "tell" else f"_{what}")(self.random.choice(SITES))
        if answer is not None:
            assert answer.status_code in (200, 404, 409, 422), answer.text
            self.done[f"{what} {answer.status_code}"] += 1
            if answer.status_code != 200:
                self.done[answer.json["code"]] += 1

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
        code = None if answer.status_code == 200 else answer.json["code"]
        opened, _ = self.vials.get((site, number), (self.now, 0))
        too_long = self.now - opened > timedelta(hours=6, minutes=1)
        if code is None:
            assert not self.held[site, number]
            assert not too_long, (site, number, opened, self.now)
            self.given[site, number].append(str(who))
            self.syringes[site]["used"] += 1
            self._take_one(site, number)
        assert code != "batch-quarantined" or self.held[site, number]
        assert code != "vial-open-too-long" or self.now - opened >= timedelta(hours=6)
        return answer

    def _left(self, site: str, number: str) -> int:
        rows = self.sites[site].read("/api/batches")["batches"]
        return next((row["left"] for row in rows if row["batch"] == number), 0)

    def _take_one(self, site: str, number: str) -> None:
        """Open a vial of two, or empty the one that is open; where nothing is left none is open."""
        if number == "opens":
            return
        if self.vials.pop((site, number), None) is None:
            self.vials[site, number] = self.now, 1
        self._closed(site, number)

    def _closed(self, site: str, number: str) -> None:
        if not self._left(site, number):
            self.vials.pop((site, number), None)

    def _read(self, site: str) -> Any:
        """A refrigerator is read, mostly as it should be."""
        celsius = self.random.choice((3.5, 4.5, 5.5, 7.9, 9.5, 1.0, 37))
        answer = self.sites[site].http.post("/api/fridges/readings", {"celsius": celsius})
        if answer.status_code == 200:
            for number in answer.json["held"]:
                self.held[site, number].add("fridge")
        return answer

    def _withdraw(self, site: str) -> Any:
        at = f"/api/fridges/1/readings/{self.random.randint(1, 9)}/withdraw"
        return self.sites[site].http.post(at, {"reason": "misread"})

    def _release(self, site: str) -> Any:
        """Whoever decides lets something that is held be given again."""
        here = [number for at, number in sorted(self.held) if at == site and self.held[at, number]]
        if not here:
            return None
        number = self.random.choice(here)
        cause = self.random.choice(sorted(self.held[site, number]))
        body = {"cause": cause, "reason": "short", "decided_by": "leader"}
        answer = self.sites[site].http.post(f"/api/batches/{number}/release", body)
        if answer.status_code == 200:
            self.held[site, number].discard(cause)
            assert set(answer.json["held"]) == self.held[site, number]
        return answer

    def _vial(self, site: str) -> Any:
        """What is left in a vial is thrown away."""
        open_here = self.sites[site].read("/api/opened-vials")["vials"]
        mine = {(at, number): left for (at, number), (_, left) in self.vials.items() if at == site}
        assert {(site, each["batch"]): each["left"] for each in open_here} == mine
        if not open_here:
            return None
        vial = self.random.choice(open_here)
        at = f"/api/batches/{vial['batch']}/opened-vial/waste"
        answer = self.sites[site].http.post(at, {"opened_at": vial["opened_at"]})
        if answer.status_code == 200:
            self.vials.pop((site, vial["batch"]), None)
        return answer

    def _syringes(self, site: str) -> Any:
        what = self.random.choice(("deliveries", "deliveries", "waste", "count"))
        number = self.random.randint(1, 40)
        body: dict[str, Any] = {"syringes": number}
        kept = self.syringes[site]
        left = kept["received"] - kept["used"] - kept["wasted"] - kept["lost"]
        if what == "waste":
            body["reason"] = "damaged"
        elif what == "count":
            body = {"counted": number, "explanation": self.random.choice((None, "mislaid"))}
        answer = self.sites[site].http.post(f"/api/syringes/{what}", body)
        if answer.status_code == 200:
            more = left - number if what == "count" else number
            kept[{"deliveries": "received", "waste": "wasted", "count": "lost"}[what]] += more
        return answer

    def _receive(self, site: str) -> Any:
        note = self.random.choice((None, None, "D-1", "D-2"))
        different = self.random.random() < 0.5
        body = self._batch() | {"note": note, "different": different, "per_vial": 2}
        return self._into_the_refrigerator(site, "/api/batches", body)

    def _waste(self, site: str) -> Any:
        body = {"doses": self.random.randint(1, 4), "reason": self.random.choice(REASONS)}
        number = self._number()
        answer = self.sites[site].http.post(f"/api/batches/{number}/waste", body)
        if answer.status_code == 200:
            if body["reason"] == "not_used_up":
                self.vials.pop((site, number), None)
            self._closed(site, number)
        return answer

    def _count(self, site: str) -> Any:
        counted, why = self.random.randint(0, 20), self.random.choice((None, "mislaid"))
        body, number = {"counted": counted, "explanation": why}, self._number()
        answer = self.sites[site].http.post(f"/api/batches/{number}/count", body)
        self._closed(site, number)
        return answer

    def _send(self, site: str) -> Any:
        [other] = set(SITES) - {site}
        sending, note = self._batch(), f"T-{self.random.randint(1, OPERATIONS)}"
        body = {"to_site": other, "doses": sending["doses"], "note": note}
        answer = self.sites[site].http.post(f"/api/batches/{sending['batch']}/send", body)
        if answer.status_code == 200:
            assert not self.held[site, sending["batch"]]
            self.sent.append(sending | {"from_site": site, "note": note})
            self._closed(site, sending["batch"])
        return answer

    def _arrive(self, site: str) -> Any:
        coming = [each for each in self.sent if each["from_site"] != site]
        if not coming:
            return None
        return self._into_the_refrigerator(site, "/api/arrivals", self.random.choice(coming))

    def _into_the_refrigerator(self, site: str, at: str, body: dict[str, Any]) -> Any:
        """What comes into one that is too warm is held."""
        answer = self.sites[site].http.post(at, body)
        if answer.status_code == 200 and answer.json["warm"]:
            self.held[site, body["batch"]].add("fridge")
        return answer

    def _recall(self, site: str) -> Any:
        body = {"reason": "by the maker"}
        return self.sites[site].http.post(f"/api/batches/{self._number()}/recall", body)

    def _order(self, site: str) -> Any:
        del site
        body = {"batch": self._number(), "product": PRODUCTS[0], "reason": "by the maker"}
        return self.group.http.post("/api/recalls", body)

    def _alike(self, site: str) -> Any:
        """Supervision orders back a number that looks like one that sites have."""
        del site
        number = self._number()
        typed = self.random.choice((number.lower(), number.replace("1", "l"), f" {number}"))
        product = next(each for each in PRODUCTS if each[0] == number[0])
        body = {"batch": typed, "product": product, "reason": "by the maker"}
        return self.group.http.post("/api/recalls", body)

    def tell(self, site: str) -> None:
        """One site and supervision hear each other."""
        self._hear(self.group, f"appointments/{site}", self.sites[site])
        self._hear(self.sites[site], "supervision", self.group)
        for row in self.sites[site].read("/api/batches")["batches"]:
            self.held[site, row["batch"]] = {each["cause"] for each in row["held"]}

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

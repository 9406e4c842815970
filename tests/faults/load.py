"""Load: clients who call, book, cancel, receive and write off, and send again what was not answered."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from deploy.cli.accounts import rehearsal_accounts
from deploy.parts import SHARDED
from deploy.rehearsal.api import Api, Unanswered
from deploy.rehearsal.preparing import BATCHES_PER_SITE, batch_name, prepare
from deploy.rehearsal.town import generate_town
from shared.town.deployment import Deployment, source_of
from tests.faults.journal import Journal

PEOPLE, SEED, DOSES = 40, 11, 5000


class Load:
    """A town in its first week, whose clients go on until they are to pause.

    A command is sent again under its key until it is answered, as pages and programs do; what has
    no answer within two minutes is given up and stands in no journal.
    """

    def __init__(self, deployment: Deployment, clients: int) -> None:
        """Prepare the town."""
        self.deployment = deployment
        self.api = Api(deployment, SEED, clients, rehearsal_accounts(deployment), gathers=False)
        self.journal = Journal(deployment.folder / "journal.jsonl")
        self.refused, self.given_up = Counter[str](), 0
        campaign = deployment.campaign
        town = generate_town(campaign, PEOPLE, SEED)
        self.people = prepare(self.api, town, DOSES)
        self.site_of = {unit.code: unit.site for unit in campaign.units}
        self.product = campaign.products[0].code
        self.day = campaign.start + timedelta(days=1)
        self.api.set_clock(self.day, "09:00")
        self._going, self._over = threading.Event(), threading.Event()
        self._busy = [threading.Lock() for _ in range(clients)]
        self._threads = [
            threading.Thread(target=self._client, args=(number,)) for number in range(clients)
        ]
        for thread in self._threads:
            thread.start()

    def go_on(self) -> None:
        """Let the clients work."""
        self._going.set()

    def pause(self) -> None:
        """Return when every client has its answer, or has given up."""
        self._going.clear()
        for busy in self._busy:
            with busy:
                pass

    def close(self) -> None:
        """End."""
        self._over.set()
        self._going.set()
        for thread in self._threads:
            thread.join()
        self.journal.close()
        self.api.close()

    def _client(self, number: int) -> None:
        # What clients do is invented, the same from the same seed.
        rng = random.Random(f"{SEED} {number}")
        mine = sorted(self.people)[number :: len(self._threads)]
        booked = set[str]()
        count = 0
        while not self._over.is_set():
            self._going.wait()
            with self._busy[number]:
                if self._going.is_set() and not self._over.is_set():
                    count += 1
                    with suppress(Unanswered):
                        self._act(rng, mine, booked, f"{number} {count}")
                        continue
                    self.given_up += 1

    def _act(self, rng: random.Random, mine: list[str], booked: set[str], name: str) -> None:
        resident = rng.choice(mine)
        site = self.site_of[self.people[resident].unit]
        source = source_of(SHARDED, site)
        match rng.randrange(5):
            case 0:
                body = {"channel": "phone", "outcome": "not_reached"}
                self._send("registration", f"/api/residents/{resident}/contacts", body, name)
            case 1:
                batch = batch_name(self.product, site, rng.randrange(BATCHES_PER_SITE))
                body = {"doses": 1, "reason": "vial broken"}
                self._send(source, f"/api/batches/{batch}/waste", body, name)
            case 2:
                expiry = str(self.deployment.campaign.end + timedelta(days=200))
                batch = f"L{name.replace(' ', '-')}"
                body = {"batch": batch, "product": self.product, "doses": 10, "expiry": expiry}
                self._send(source, "/api/batches", body, name)
            case _ if resident in booked:
                url = f"/api/residents/{resident}/cancel"
                if self._send(source, url, {"reason": "by_resident"}, name):
                    booked.discard(resident)
            case _:
                body = {"resident": resident, "from_day": str(self._later(rng))}
                if self._send(source, "/api/appointments", body, name):
                    booked.add(resident)

    def _later(self, rng: random.Random) -> date:
        return self.day + timedelta(days=rng.randrange(1, 20))

    def _send(self, source: str, path: str, body: dict[str, Any], name: str) -> bool:
        status, answer = self.api.try_command(source, path, body, name)
        if status == 200:
            self.journal.acknowledged(source, self.api.key_of(name))
        else:
            self.refused[f"{path.split('/')[-1]} {answer['code']}"] += 1
        return status == 200

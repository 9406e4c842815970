"""Newcomers to the golden town: everything a plain rehearsal does not do happens to them, over HTTP."""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import requests
from stdnum.cn import ric

from deploy.rehearsal import Person, Town, generate_town, write_rosters
from deploy.rehearsal.driver import NO, Rehearsal
from shared.kit import webhooks
from tests.golden.figures import entries
from tests.golden.gateway import SECRET, Gateway

SEED = 2024
STADIUM, TOWNSHIP, COMMUNITY = (f"appointments/{s}" for s in ("stadium", "township", "community"))
WEEK = "2024-W14"
WELL = dict.fromkeys(NO, False) | {"temperature": 36.5, "healthy": True}
BATCH = "GOLDEN-01"
ANOMALY_SECONDS = 150  # supervision looks once a minute
TEXTS = {
    "zh": "{name}您好，请于{week}到{site}接种。",
    "en": "{name}, please come to {site}, {week}.",
}


class GoldenRehearsal(Rehearsal):
    """The rehearsal of the town's own people; newcomers come when they are told to."""

    def expected(self, day: date) -> list[dict[str, Any]]:
        self.order = defaultdict(int, self.order)
        return [row for row in super().expected(day) if row["resident"] in self.people]


class Newcomers:
    """Two dozen more people, and what happens to them and to the town's accounts, day by day."""

    def __init__(self, rehearsal: GoldenRehearsal, gateway: Gateway) -> None:
        self.rehearsal, self.api, self.gateway = rehearsal, rehearsal.api, gateway
        self.deployment, self.day = rehearsal.api.deployment, rehearsal.campaign.start
        self.absent: set[str] = set()
        self.count = 0

    def live_through(self, day: date) -> None:
        self.day = day
        self.api.set_clock(day, "06:30")
        if happening := getattr(self, f"on_{day:%m_%d}", None):
            happening()
            self.api.settle()
        self.come()

    # How to speak

    def say(self, login: str, source: str, path: str, refused: bool = False, /, **body: Any) -> Any:
        self.count += 1
        answer = requests.post(
            self.deployment.part(source).url + path,
            json=body,
            headers=self.api.bearer(login)
            | {"Idempotency-Key": str(uuid.uuid5(uuid.NAMESPACE_OID, f"golden {self.count}"))},
            timeout=60,
        )
        assert (answer.status_code >= 400) is refused, f"{path}: {answer.text}"
        return answer.json() if "json" in answer.headers["Content-Type"] else None

    def register(self, login: str, path: str, refused: bool = False, /, **body: Any) -> Any:
        return self.say(login, "registration", path, refused, **body)

    def look(self, login: str, source: str, path: str) -> None:
        headers = self.api.bearer(login) | {"Accept": "text/html"}
        url = self.deployment.part(source).url + path
        assert requests.get(url, headers=headers, timeout=60).status_code == 200, path

    def roster(self, people: list[Person]) -> list[str]:
        """Hand in people of one unit; return their ids in this order."""
        [unit] = {person.unit for person in people}
        with tempfile.TemporaryDirectory() as folder:
            town = Town(SEED, len(people), tuple(people))
            write_rosters(town, self.rehearsal.campaign, Path(folder))
            content = (Path(folder) / f"{unit}.xlsx").read_bytes()
        self.count += 1
        result = self.api.roster(unit, content, f"newcomers {self.count}")
        found = [each["resident"] for each in sorted(result["entries"], key=lambda e: e["row"])]
        assert len(found) == len(people), result
        return found

    def consent(self, residents: list[str], unit: str) -> None:
        said = [{"resident": r, "answer": "consent", "wished_week": WEEK} for r in residents]
        self.register(f"{unit}-chief", f"/api/units/{unit}/answers", answers=said)

    def book(self, source: str, resident: str, day: str, refused: bool = False, **more: Any) -> Any:
        body = {"resident": resident, "from_day": day, "to_day": "2024-06-20"} | more
        return self.say(leader(source), source, "/api/appointments", refused, **body)

    # What happens

    def come(self) -> None:
        """Newcomers who are booked today come, are screened and vaccinated."""
        for source in (STADIUM, TOWNSHIP, COMMUNITY):
            found = self.api.get(source, "/api/appointments", day=str(self.day))["appointments"]
            here = [
                row["resident"]
                for row in found
                if row["status"] == "booked"
                and row["resident"] not in self.rehearsal.people
                and row["resident"] not in self.absent
            ]
            for resident in here:
                at = f"/api/residents/{resident}"
                self.say(leader(source), source, f"{at}/check-in")
                site = source.partition("/")[2]
                self.say("doctor", "screening", f"{at}/screening", site=site, answers=WELL)
            self.api.settle([source], ["screening"])
            for resident in here:
                at = f"/api/residents/{resident}"
                self.say(
                    leader(source), source, f"{at}/dose", batch=BATCH, vaccinator=leader(source)
                )
                self.say(leader(source), source, f"{at}/observation-end", early_reason="不等")
        self.absent.clear()

    def on_03_25(self) -> None:
        """Rosters with duplicates, corrections and second lists; decisions; stock; accounts."""
        town = generate_town(self.rehearsal.campaign, 40, SEED + 1)
        adults = [person for person in town.residents if person.completes]
        moved = [replace(person, unit="v15") for person in adults[:10]]
        stay = [replace(person, unit="v16") for person in adults[10:20]]
        stay[8:] = [replace(person, phone="") for person in stay[8:]]
        twins = [replace(person, unit="c01", card_number=beside(person)) for person in stay[:8]]
        self.moved, self.stay = self.roster(moved), self.roster(stay)
        self.roster([replace(moved[0], phone="13800000001", address="新村 9号"), *moved[1:3]])
        self.roster([replace(person, unit="s01", tie="workplace") for person in stay[4:6]])
        self.twins = self.roster(twins)
        self.api.settle(["supervision"], ["registration"])
        for residents, unit in ((self.moved, "v15"), (self.stay, "v16"), (self.twins[1:], "c01")):
            self.consent(residents, unit)
        # Of one person's records the newest answer counts.
        self.register("office", f"/api/residents/{self.twins[0]}/decline", reason="no_time")
        self._decide_pairs()
        self._unit_affairs()
        self._stock()
        self._accounts()

    def _decide_pairs(self) -> None:
        pairs = self.api.get("registration", "/api/matches")["pairs"]
        assert len(pairs) == 8, pairs
        of = {row[key]: row for row in pairs for key in ("resident", "other")}
        self.pairs = [
            f"/api/matches/{of[each]['resident']}/{of[each]['other']}" for each in self.stay[:8]
        ]
        self.register("office", f"{self.pairs[0]}/same", stays=self.stay[0])
        self.register("office", f"{self.pairs[3]}/different")
        self.register("office", f"{self.pairs[4]}/later", until="2024-04-10")
        self.register("office", f"{self.pairs[5]}/later")
        self.register("office", f"{self.pairs[5]}/again")

    def _unit_affairs(self) -> None:
        one, two = self.stay[6:8]
        called = {"channel": "visit", "outcome": "refused", "reason": "no_time"}
        told = self.register("v16-chief", f"/api/residents/{one}/contacts", **called)
        self.register("v16-chief", f"/api/residents/{one}/contacts/{told['contact']}/undo")
        self.register("v16-chief", f"/api/residents/{two}/cohorts", cohorts=["general", "teacher"])
        self.register("s01-chief", "/api/units/s01/unlist", resident=self.stay[4])
        self.register("v16-chief", "/api/units/v16/quotas", cadre="v16-chief", quota=9)
        self.register("office", "/api/residents/" + self.stay[9] + "/decline", reason="health")
        self.register("v15-chief", "/api/units/v16/quotas", True, cadre="v16-chief", quota=1)
        self.look("v01-chief", "registration", "/units/v01")
        self.look("doctor", "screening", "/")

    def _stock(self) -> None:
        for source in (STADIUM, TOWNSHIP, COMMUNITY):
            batch = {"product": self.rehearsal.product, "doses": 60, "expiry": "2025-03-31"}
            self.say(leader(source), source, "/api/batches", batch=BATCH, **batch)
            self.say(leader(source), source, "/api/batches", batch="GOLDEN-02", **batch)
        spoilt = f"/api/batches/{BATCH}/waste"
        self.say(leader(STADIUM), STADIUM, spoilt, doses=3, reason="broken vials")
        self.say("office", TOWNSHIP, "/api/batches/GOLDEN-02/recall", reason="cold chain")

    def _accounts(self) -> None:
        at, cadre = "/api/staff/v02-cadre", {"role": "unit_cadre", "scope": "unit:v02"}
        admin = ("admin", "supervision")
        self.say(*admin, "/api/staff", login="v02-cadre", post="东河村干部")
        for scope in ("unit:v02", "list:v02"):
            self.say(*admin, f"{at}/grant", role="unit_cadre", scope=scope)
        self.say(*admin, f"{at}/revoke", **cadre)
        self.say(*admin, f"{at}/code")
        self.say(*admin, f"{at}/lock", reason="lost_device")
        self.say(*admin, f"{at}/unlock")
        self.say(*admin, "/api/signing-keys/rotate")
        self.api.bearer("county")
        self.say(*admin, "/api/staff/county/lock", reason="left")

    def on_03_28(self) -> None:
        """Bookings, moved and cancelled; notices into the file."""
        for resident in (*self.moved[:6], *self.stay[1:4]):
            self.book(STADIUM, resident, "2024-04-02")
        for resident in (*self.twins[1:3], *self.twins[4:6]):
            self.book(COMMUNITY, resident, "2024-04-03")
        self.book(STADIUM, self.stay[9], "2024-04-02", refused=True)
        self.book(COMMUNITY, self.twins[0], "2024-04-03", refused=True)
        self.register("office", f"{self.pairs[2]}/same", stays=self.twins[2])
        at = "/api/residents/"
        to = f"{at}{self.moved[1]}/move"
        self.say(leader(STADIUM), STADIUM, to, day="2024-04-03", time="09:00")
        self.say(leader(STADIUM), STADIUM, f"{at}{self.moved[2]}/cancel", reason="by_resident")
        self._notice("v16-chief", "file", ["v16"])
        stopped = self._notice("office", "gateway", ["v17"])
        self.register("office", f"/api/notices/{stopped}/stop")

    def _notice(self, login: str, channel: str, units: list[str]) -> str:
        said = TEXTS | {"title": "接种通知", "units": units, "channel": channel}
        said |= {"statuses": ["registered", "consented", "first_done"]}
        notice = self.register(login, "/api/notices", **said)["notice"]
        count = self.register(login, "/api/notices/preview", **said)["recipients"]
        self.register(login, f"/api/notices/{notice}/release", recipients=count)
        return notice

    def _sent(self, notice: str) -> None:
        until = time.monotonic() + 60
        while self.api.get("registration", f"/api/notices/{notice}")["waiting"]:
            assert time.monotonic() < until, notice
            time.sleep(0.2)

    def on_04_02(self) -> None:
        self.absent = {self.moved[3]}

    def on_04_05(self) -> None:
        """Two records with a dose each are of one person; notices by the gateway, some refused."""
        at = f"/api/residents/{self.moved[0]}/adverse-event"
        self.say(leader(STADIUM), STADIUM, at, severity="mild", sign="fever")
        self.register("office", f"{self.pairs[1]}/same", stays=self.stay[1])
        self.gateway.refuses = 4
        notice = self._notice("office", "gateway", ["c01", "v16", "v18"])
        self._sent(notice)
        self.register("office", f"/api/notices/{notice}/retry")
        self._sent(notice)
        for message in self.gateway.taken[:5]:
            self._receipt(message)

    def _receipt(self, message: str) -> None:
        body = json.dumps({"type": "notice.delivered", "data": {"message": message}}).encode()
        url = self.deployment.part("registration").url + "/notices/receipts"
        head = webhooks.headers(SECRET, f"receipt-{message}", int(time.time()), body)
        assert requests.post(url, data=body, headers=head, timeout=60).status_code == 200

    def on_04_10(self) -> None:
        """A link was wrong; a unit is going to another site, with everybody not begun."""
        self.register("office", f"/api/residents/{self.stay[2]}/unmerge")
        self.book(STADIUM, self.moved[6], "2024-05-06")
        self.book(STADIUM, self.moved[7], "2024-05-07")
        self.book(STADIUM, self.moved[8], "2024-06-10", override="back from abroad")
        self.book(STADIUM, self.moved[9], "2024-04-25")
        since = {"site": "township", "since": "2024-04-22"}
        self.register("office", "/api/units/v15/dock", **since)
        self.api.settle()
        self.book(TOWNSHIP, self.moved[9], "2024-04-24")  # booked at both sites

    def on_04_12(self) -> None:
        self.register("office", "/api/units/v15/move-bookings", from_day="2024-04-22")
        self.api.settle()
        self.register("v15-chief", "/api/units/v15/ask-again")

    def on_04_22(self) -> None:
        self.rehearsal.site_of["v15"] = "township"

    def on_05_06(self) -> None:
        self.say("auditor", "supervision", "/api/checkpoints")
        at = f"/residents/{self.stay[1]}/identity"
        self.say("auditor", "supervision", at, reason="complaint of the resident")

    def on_05_20(self) -> None:
        """Who has a dose keeps what the law wants kept; who has none is forgotten."""
        for resident in (self.stay[1], self.stay[8]):
            self.register("office", f"/api/residents/{resident}/erase", reason="by_request")
        self.say("admin", "supervision", "/api/staff/county/unlock")
        self.say("operator", "supervision", "/api/account/sign-out-everywhere")

    def finish(self) -> None:
        """Wait for supervision to flag the doses of two records; say how far the ledger goes."""
        until = time.monotonic() + ANOMALY_SECONDS
        while not any(map(_of_two_records, entries(self.api.get))):
            assert time.monotonic() < until, "nothing was flagged"
            time.sleep(5)
        self.say("auditor", "supervision", "/api/checkpoints")
        self.api.settle()


def _of_two_records(entry: dict[str, Any]) -> bool:
    return entry["event"] == "AnomalyFlagged" and entry["data"]["kind"] == "linked_doses"


def leader(source: str) -> str:
    return f"{source.partition('/')[2]}-leader"


def beside(person: Person) -> str:
    """A card number two orders further: the same birth date and sex."""
    number = person.card_number
    stem = f"{number[:14]}{(int(number[14:17]) + 20) % 1000:03}"
    return stem + ric.calc_check_digit(stem + "0")

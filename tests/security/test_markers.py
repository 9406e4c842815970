"""Nothing personal in clear: markers are planted through every way in, then every byte is searched.

The names, numbers and addresses are generated and belong to nobody.
"""

from __future__ import annotations

import base64
import io
import json
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pika
import pytest
import requests
from stdnum.cn import ric
from xlsxwriter import Workbook

from deploy.accounts import rehearsal_accounts
from deploy.rehearsal.api import Api
from deploy.running import embedded_deployment, running_cluster, running_embedded
from shared.access.service_tokens import header_of
from shared.deployment import Deployment
from shared.messaging import topology
from shared.notices.file import FILE

UNIT = "v01"


def a_card(seventeen: str) -> str:
    return seventeen + ric.calc_check_digit(seventeen + "0")


CARDS = [a_card(f"4200001980010110{number}") for number in range(3)]
WRONG_CARD = CARDS[2][:-1] + ("0" if CARDS[2][-1] != "0" else "1")
MARKERS = {
    "name": "演练标记甲",
    "name of a wrong row": "演练标记乙",
    "card": CARDS[0],
    "other card": CARDS[1],
    "wrong card": WRONG_CARD,
    "phone": "10099887766",
    "wrong phone": "1009988776a",
    "address": "标记路七七八八号",
    "cell of a column nobody knows": "标记备注丙丙",
    "heading nobody knows": "标记列名丁丁",
    "sheet": "标记工作表戊",
    "file": "标记文件名己己",
    "search": "标记搜索庚庚",
    "password": "marker-password-辛辛",
    "login": "marker-login-wrong-field",
    "body": "标记正文壬壬",
    "address part": "标记地址癸癸",
}


def encodings(marker: str) -> Iterator[bytes]:
    """The marker as databases, JSON, addresses and carriers may write it."""
    plain = marker.encode()
    yield plain
    yield marker.encode("utf-16-le")
    yield json.dumps(marker).strip('"').encode()
    yield requests.utils.quote(marker).encode()
    for shift in range(3):  # base64 of anything that contains it
        whole = base64.b64encode(b"x" * shift + plain)
        yield whole[4 * ((shift + 2) // 3) : len(whole) - 4]


WANTED = {
    (name, written): marker
    for name, marker in MARKERS.items()
    for written in encodings(marker)
    if len(written) > 7
}


def found_in(content: bytes) -> list[str]:
    return sorted({name for name, written in WANTED if written in content})


def found_under(folder: Path) -> dict[str, list[str]]:
    """Every file below a folder that holds a marker."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (names := found_in(path.read_bytes())):
            found[str(path.relative_to(folder))] = names
    return found


def a_roster() -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(MARKERS["sheet"])
        heads = (
            "姓名",
            "身份证号",
            "手机号",
            "住址",
            "类别",
            "人群",
            MARKERS["heading nobody knows"],
        )
        rows = [
            ("演练标记甲", CARDS[0], MARKERS["phone"], MARKERS["address"], "户籍", "一般居民"),
            ("演练标记甲", CARDS[1], MARKERS["phone"], MARKERS["address"], "户籍", "一般居民"),
            (
                "演练标记乙",
                WRONG_CARD,
                MARKERS["wrong phone"],
                MARKERS["address"],
                "户籍",
                "一般居民",
            ),
        ]
        text = book.add_format({"num_format": "@"})
        sheet.write_row(0, 0, heads, text)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, (*row, MARKERS["cell of a column nobody knows"]), text)
    return content.getvalue()


class Planter:
    """Sends the markers wherever a person or a program can send anything."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.api = Api(deployment, 7, 2, rehearsal_accounts(deployment))
        self.url = {part.source: part.url for part in deployment.parts}

    def post(self, source: str, path: str, **kwargs: Any) -> requests.Response:
        headers = self.api.bearer(self.api.login_for(source, path))
        headers |= {"Idempotency-Key": str(uuid.uuid4())} | kwargs.pop("headers", {})
        return requests.post(self.url[source] + path, headers=headers, timeout=30, **kwargs)

    def plant(self) -> list[str]:
        """Plant all markers; return the ids of the people who bear them."""
        registered = self.rosters()
        self.campaign(registered)
        self.pages(registered[0])
        self.nonsense(registered[0])
        self.sign_ins()
        self.api.settle()
        return registered

    def rosters(self) -> list[str]:
        url, filename = f"/api/units/{UNIT}/roster", f"{MARKERS['file']}.xlsx"
        form = {"_key": "planted by a form"}
        shown = self.post("registration", url, data=form, files={"file": (filename, a_roster())})
        assert shown.status_code == 200, shown.text
        assert MARKERS["wrong card"] in shown.text
        answer = self.post("registration", url, data=a_roster(), headers={"Content-Type": "x/xlsx"})
        assert (answer.status_code, len(answer.json()["errors"])) == (200, 1), answer.text
        broken = self.post("registration", url, data=MARKERS["body"].encode() * 100)
        assert broken.status_code == 422, broken.text
        return [entry["resident"] for entry in answer.json()["entries"]]

    def campaign(self, residents: list[str]) -> None:
        """Let the people take every step that stores something of them."""
        site = f"appointments/{self.deployment.campaign.unit(UNIT).site}"
        batch = {"batch": "B1", "product": "CoronaVac", "doses": 9, "expiry": "2099-01-01"}
        assert self.post(site, "/api/batches", json=batch).status_code == 200
        days = {"from_day": "2024-03-25", "to_day": "2024-03-29", "product": "CoronaVac"}
        assert self.post(site, "/api/sessions", json=days).status_code == 200
        self.api.set_clock(self.deployment.campaign.start, "08:30")
        for resident in residents:
            wish = {"wished_week": "2024-W13"}
            told = self.post("registration", f"/api/residents/{resident}/consent", json=wish)
            assert told.status_code == 200, told.text
        self.api.settle()
        self.notices()
        booking = {"resident": residents[0], "from_day": "2024-03-25"}
        assert self.post(site, "/api/appointments", json=booking).status_code == 200
        correction = self.post("registration", f"/api/units/{UNIT}/roster", data=a_roster())
        assert correction.status_code == 200

    def notices(self) -> None:
        """Let them be told something, into the file that lies with the deployment."""
        said = {"title": "演练", "zh": "{name}您好", "en": "Dear {name}", "channel": "file"}
        said |= {"statuses": ["consented"], "units": [UNIT]}
        shown = self.post("registration", "/api/notices/preview", json=said)
        assert shown.json()["recipients"] == 2, shown.text
        written = self.post("registration", "/api/notices", json=said).json()["notice"]
        url = f"/api/notices/{written}"
        released = self.post("registration", f"{url}/release", json={"recipients": 2})
        assert released.status_code == 200, released.text
        bearer = self.api.bearer(self.api.login_for("registration", url))
        until = time.monotonic() + 60
        while True:
            got = requests.get(self.url["registration"] + url, headers=bearer, timeout=30).json()
            if got["status"] == "finished":
                break
            assert time.monotonic() < until, got
            time.sleep(0.2)
        assert got["sent"] == 2
        assert (self.deployment.folder / FILE).stat().st_size > 0

    def pages(self, resident: str) -> None:
        for source, path in (
            ("registration", f"/residents/{resident}"),
            ("registration", f"/units/{UNIT}"),
            ("screening", f"/residents/{resident}"),
        ):
            bearer = self.api.bearer(self.api.login_for(source, path))
            headers = {"Accept": "text/html"} | bearer
            page = requests.get(self.url[source] + path, headers=headers, timeout=30)
            assert (page.status_code, MARKERS["name"] in page.text) == (200, True), path

    def nonsense(self, resident: str) -> None:
        for source in self.url:
            for path in ("/find", "/api/residents", f"/units/{MARKERS['address part']}"):
                self.post(source, path, data={"q": MARKERS["search"]})
                self.post(source, path, json={MARKERS["body"]: MARKERS["body"]})
                self.post(source, path, data=MARKERS["body"].encode())
                requests.get(self.url[source] + path, {"q": MARKERS["search"]}, timeout=30)
        consent = f"/api/residents/{resident}/consent"
        for body in ({"wished_week": MARKERS["body"]}, {MARKERS["body"]: "x"}):
            assert self.post("registration", consent, json=body).status_code == 422
        for source, path in (("registration", consent), ("screening", "/find")):
            self.post(source, path, headers={"Idempotency-Key": CARDS[0]}, json={})
            self.post(source, path, headers={"Correlation-Id": CARDS[0]}, json={})
            self.post(source, path, headers={"User-Agent": CARDS[0], "Referer": CARDS[1]}, json={})

    def sign_ins(self) -> None:
        supervision = self.url["supervision"]
        for login, password in (
            ("office", MARKERS["password"]),
            (MARKERS["login"], "x"),
            (MARKERS["password"][:40], "x"),
        ):
            said = {"login": login, "password": password}
            for path in ("/sign-in", "/api/tokens"):
                assert requests.post(supervision + path, json=said, timeout=30).status_code == 401


def on_the_wire(deployment: Deployment, residents: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What the parts send each other: every log, and the answer to a question for keys."""
    secret = deployment.secrets.service
    for part in deployment.parts:
        headers = header_of(secret, "supervision")
        yield (
            f"log of {part.source}",
            requests.get(f"{part.url}/log", headers=headers, timeout=30).content,
        )
    keys = [f"{resident}.facts.1" for resident in residents]
    body = {"keys": keys, "nonce": "a" * 32}
    url = f"{deployment.part('registration').url}/keys"
    answer = requests.post(url, json=body, headers=header_of(secret, "screening"), timeout=30)
    assert answer.status_code == 200, answer.text
    yield "keys", answer.content


def test_the_search_finds_what_it_looks_for(tmp_path: Path):
    for number, marker in enumerate(MARKERS.values()):
        (tmp_path / f"{number}").write_bytes(b"\0\1 x" + marker.encode() + b"x")
        (tmp_path / f"{number}.base64").write_bytes(
            base64.b64encode(b"ab" + marker.encode() + b"cd")
        )
    assert len(found_under(tmp_path)) == 2 * len(MARKERS)


def test_nothing_personal_lies_in_clear_in_the_embedded_system(tmp_path: Path):
    deployment = embedded_deployment(tmp_path / "town", first_port=None, rehearsal=True, people=400)
    with running_embedded(deployment) as running:
        residents = Planter(deployment).plant()
        for what, content in on_the_wire(deployment, residents):
            assert found_in(content) == [], what
        assert found_under(tmp_path) == {}
        running.group["embedded"].kill()
        assert found_under(tmp_path) == {}


def a_copy_of_everything(broker: str, deployment: Deployment) -> Any:
    """A queue bound to every source's exchange: what it gets is what travels."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    for part in deployment.parts:
        exchange = topology.source_exchange(part.source)
        channel.exchange_declare(exchange, "topic", durable=True)
        channel.queue_bind(queue, exchange, "#")
    return channel, queue


@pytest.mark.slow
def test_nothing_personal_lies_in_clear_in_the_cluster(tmp_path: Path):
    with running_cluster(tmp_path / "cluster", rehearsal=True, people=400) as running:
        deployment = running.deployment
        channel, queue = a_copy_of_everything(deployment.broker, deployment)
        residents = Planter(deployment).plant()
        travelled = 0
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            travelled += 1
            assert found_in(message[2] + repr(message[1]).encode()) == []
        assert travelled > 20
        for what, content in on_the_wire(deployment, residents):
            assert found_in(content) == [], what
        assert found_under(tmp_path) == {}

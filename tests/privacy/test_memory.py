"""What is left of the erased in the memory of processes: nothing, in any way texts lie there (A9)."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local import running
from deploy.local.processes import Process
from deploy.local.running import embedded_deployment, running_embedded
from deploy.rehearsal.api import Api
from services.registration.rosters.reading import reader_process
from services.registration.rosters.reading.reader_process import Reader
from shared.kit import memory
from shared.town.privacy import KeyId, keys, seal_keys
from shared.town.privacy.keys import RemoteKeys
from tests.support.markers import a_card
from tests.support.memory import family, found_in_memory
from tests.support.part import PartUnderTest
from tests.support.waiting import until
from tests.support.workbooks import person, roster, workbook

UNIT = "v01"
HEADS = ["姓名", "身份证号", "手机号", "住址", "类别", "人群"]
MARKED = {
    "name": "麒麟瓒霁",
    "card": a_card("42000019800101172"),
    "phone": "13977665544",
    "address": "瑶琨路七七八九号院",
}


class Town:
    """A town in which everybody looks at one person, who is then erased."""

    def __init__(self, api: Api) -> None:
        self.api, deployment = api, api.deployment
        self.urls = {part.source: part.url for part in deployment.parts}
        self.site = f"appointments/{deployment.campaign.unit(UNIT).site}"
        self.others = [
            [*person(number)[:3], "东河路1号", "户籍", "一般居民"] for number in range(30)
        ]

    def rosters(self) -> str:
        """Hand the person in among others, as a workbook and as lines of text; return the id."""
        mine = [*MARKED.values(), "户籍", "一般居民"]
        rows = [HEADS, *self.others[:15], mine, *self.others[15:]]
        entries = self.api.roster(UNIT, workbook(rows), "workbook")["entries"]
        lines = "\n".join(",".join(map(str, row)) for row in rows)
        self.api.roster(UNIT, lines.encode("gb18030"), "lines")
        return entries[15]["resident"]

    def look(self, resident: str) -> None:
        """Open the person on pages and in answers of several parts, and search for them."""
        week = {"wished_week": "2024-W13"}
        self.api.command("registration", f"/api/residents/{resident}/consent", week, "consent")
        self.api.settle()
        pages = {
            "registration": (f"/residents/{resident}", f"/units/{UNIT}"),
            "screening": ("/", f"/residents/{resident}"),
            self.site: ("/", f"/residents/{resident}"),
        }
        for source, paths in pages.items():
            for accept in ("text/html", "application/json"):
                seen = "".join(self.ask("GET", source, path, accept) for path in paths)
                assert MARKED["name"] in seen, source
        for text in (MARKED["name"], MARKED["phone"], MARKED["card"]):
            found = self.ask("POST", "registration", "/find", "text/html", data={"q": text})
            assert MARKED["name"] in found, text

    def ask(self, verb: str, source: str, path: str, accept: str, **said: Any) -> str:
        """Ask as whoever works there."""
        login = self.api.login_for(source, f"/api{path}" if path.startswith("/units") else path)
        headers = {"Accept": accept, "Connection": "close"} | self.api.bearer(login)
        answer = requests.request(
            verb, self.urls[source] + path, headers=headers, timeout=30, **said
        )
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Town, int]]:
    """A town in one process whose bounds are seconds, and the number of that process."""

    def quick(name: str, argv: list[str], *others: Any) -> Process:
        served = [
            each.replace("deploy.local.serve", "tests.support.quick_to_forget") for each in argv
        ]
        return Process(name, served, *others)

    monkeypatch.setattr(running, "Process", quick)
    deployment = embedded_deployment(tmp_path / "town", first_port=None, rehearsal=True, people=400)
    with running_embedded(deployment) as embedded:
        api = Api(deployment, 1, 4, rehearsal_accounts(deployment))
        api.set_clock(deployment.campaign.start, "08:30")
        pid = embedded.group["embedded"].pid
        assert pid is not None
        yield Town(api), pid
        api.close()


def test_a9_of_who_was_erased_nothing_is_left_in_any_process_s_memory(town: tuple[Town, int]):
    here, pid = town
    resident = here.rosters()
    here.look(resident)
    assert len(list(family(pid))) == 2, "the process that reads rosters"
    told = here.api.command(
        "registration", f"/api/residents/{resident}/erase", {"reason": "by_request"}, "erase"
    )
    assert told["status"] == "erased"
    here.api.settle()
    here.api.close()
    here.api._session().close()  # an open connection keeps what it read last, a minute at most

    latest: dict[int, dict[str, list[str]]] = {}

    def nothing_left() -> bool:
        latest.clear()
        latest.update((each, found_in_memory(each, MARKED)) for each in family(pid))
        return not any(latest.values())

    until(nothing_left, 60, every=1, what=latest)
    assert list(family(pid)) == [pid], "the process that reads rosters has ended"
    alive = here.api.deployment.campaign.units[0].name_zh
    assert found_in_memory(pid, {"a text in use": alive}), "the search finds what there is"


def test_a9_free_memory_is_overwritten():
    texts = {name: f"{name}-{uuid4()}" for name in "abc"}
    copies = [f"麒{text}麟"[1:-1] for text in texts.values() for _ in range(200)]
    lost = [{"text": text, "bytes": text.encode(), "wide": f"{text}麟"} for text in copies]
    wanted = {name: text[::-1] for name, text in texts.items()}
    del copies, lost, texts
    memory.wash()
    # Each is put together in this process again, in order to look for it: four ways, and some on the way.
    for name, text in wanted.items():
        assert _times(text) < 20, name


def _times(reversed_text: str) -> int:
    """How often a text lies in this process's memory; a child looks, so that it is not disturbed."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        found = found_in_memory(os.getppid(), {"": reversed_text[::-1]})
        os.write(writer, bytes([min(255, len(found.get("", ())))]))
        os._exit(0)
    os.waitpid(child, 0)
    count = os.read(reader, 1)[0]
    os.close(reader)
    os.close(writer)
    return count


def test_a9_keys_grow_old_though_nobody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = KeyId(str(uuid4()), "facts", 1)
    asked: list[Any] = []

    def answers(_url: str, *, json: dict[str, Any], **_: Any) -> requests.Response:
        asked.append(json["keys"])
        answer = requests.Response()
        answer.status_code, sealed = 200, seal_keys(b"s" * 32, json["nonce"], {name: b"k" * 32})
        answer._content = f'{{"sealed": "{sealed}"}}'.encode()
        return answer

    monkeypatch.setattr(requests, "post", answers)
    remote = RemoteKeys("http://registration", None, lambda: b"s" * 32)
    assert remote.keys([name]) == {name: b"k" * 32}
    remote.expire()
    assert remote.keys([name]) == {name: b"k" * 32}
    assert len(asked) == 1
    monkeypatch.setattr(keys, "CACHE_SECONDS", 0.0)
    remote.expire()
    assert vars(remote)["_cache"] == {}


def test_a9_keys_of_a_transaction_go_with_it(tmp_path: Path):
    town = PartUnderTest(tmp_path, "registration")
    resident = str(uuid4())
    with town.transaction():
        known = town.app.privacy.table.newest(resident)
        assert set(known) == {"facts", "contact"}
    del known
    gc.collect()
    holding = [each for each in gc.get_objects() if isinstance(each, dict) and resident in each]
    assert holding == []


def test_a9_the_process_that_reads_ends_when_it_has_nothing_to_read(
    monkeypatch: pytest.MonkeyPatch,
):
    reader, today = Reader(), date(2024, 3, 25)
    monkeypatch.setitem(memory._MOMENTS, "forgotten", float("-inf"))
    try:
        reader.read("a", roster(person(1)), lambda *_: None, today)
        reader.rest()
        assert reader.pid is not None, "a minute is not over"
        monkeypatch.setattr(reader_process, "MOST_IDLE_SECONDS", 0.0)
        reader.rest()
        assert reader.pid is None
        monkeypatch.setattr(reader_process, "MOST_IDLE_SECONDS", 60.0)
        assert len(reader.read("b", roster(person(1)), lambda *_: None, today).lines) == 1
        monkeypatch.setitem(memory._MOMENTS, "forgotten", time.monotonic())
        reader.rest()
        assert reader.pid is None, "somebody was erased"
    finally:
        reader.end()


def test_a9_an_erasure_in_registration_is_known_to_its_memory_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    town = PartUnderTest(tmp_path, "registration")
    told = town.http.upload(f"/api/units/{UNIT}/roster", roster(person(1)))
    resident = told.json["entries"][0]["resident"]  # type: ignore[index]
    before = time.monotonic()
    assert not memory.forgotten_since(before)
    erased = town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    assert erased.json["status"] == "erased"  # type: ignore[index]
    assert memory.forgotten_since(before)

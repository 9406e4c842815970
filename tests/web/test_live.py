"""The stream that tells open pages of changes: what it says, to whom, and when it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from deploy.parts import assembly, open_edge
from shared.kit.eventstore import Context
from shared.kit.eventstore.store import Store
from shared.kit.web.live import Live, TooManyStreams
from shared.kit.web.wsgi import wsgi_app
from shared.town.access.renewals import RENEWS, VISIT_SECONDS, Shown
from tests.support.part import TEST_KEY, HttpClient, PartUnderTest, a_person, a_token
from tests.support.stadium import ANNA, Stadium, refused
from tests.support.waiting import until
from tests.support.workbooks import person, roster

SOON = 20.0
STREAM = {"Accept": "text/event-stream"}


class Site(Stadium):
    """The stadium, and what tells its pages."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder, **changes)
        self.opens()
        self.hears(
            "supervision",
            "SigningKeyPublished",
            key="test",
            x=TEST_KEY.as_dict(private=False)["x"],
        )
        self.edge = open_edge(self.deployment, self.part, self.app)
        self.live = self.edge.live
        self.served = wsgi_app(self.edge, assembly("appointments").endpoints)

    def asks(self, person: Any, **headers: str) -> Any:
        """Ask for the stream by the cookie of somebody who has signed in."""
        client = Client(self.served)
        client.set_cookie(self.edge.gate.cookie, a_token(person, self.edge.gate.audience))
        return client.get("/live", headers=STREAM | headers)

    def waste(self) -> None:
        """Change something."""
        self.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "vial broken"})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.live.end()


def position(frame: bytes) -> int:
    """What a frame says, which is its id."""
    lines = dict(line.split(": ") for line in frame.decode().strip().splitlines())
    assert lines["id"] == lines["data"]
    return int(lines["id"])


def always() -> bool:
    return True


def test_the_first_frame_says_how_far_the_store_is_and_when_to_come_again(site: Site):
    began = time.monotonic()
    with closing(site.live.stream(always)) as stream:
        frame = next(stream)
    print(f"first frame after {1000 * (time.monotonic() - began):.1f} ms")
    assert frame.startswith(b"retry: ")
    assert position(frame) == site.live.position() > 0


def test_over_http_it_is_a_stream_of_events(site: Site):
    answer = site.asks(a_person("nurse"))
    with closing(answer):
        assert (answer.status_code, answer.content_type) == (200, "text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert position(next(answer.iter_encoded())) == site.live.position()
    assert site.live.open == 0


def test_who_does_not_ask_for_a_stream_is_told_once(site: Site):
    assert site.http.get("/live").json == {"position": site.edge.live.position()}


def test_nobody_hears_without_signing_in(site: Site):
    answer = Client(site.served).get("/live", headers=STREAM)
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")
    assert site.live.open == 0


def test_a_change_is_told(site: Site):
    with closing(site.live.stream(always)) as stream:
        before = position(next(stream))
        site.waste()
        assert position(next(stream)) > before


def test_what_is_followed_is_a_change_as_well(site: Site):
    with closing(site.live.stream(always)) as stream:
        before = position(next(stream))
        site.registered(ANNA)
        assert position(next(stream)) == before + 1


def test_a_change_by_another_process_is_told(store_url: Callable[[], str], tmp_path: Path):
    parts = Site(tmp_path / "plan").deployment.parts
    url = store_url()
    parts = tuple(
        replace(each, store=url) if each.source == "appointments/stadium" else each
        for each in parts
    )
    here, other = Site(tmp_path, parts=parts), Stadium(tmp_path, parts=parts)
    with closing(here.live.stream(always)) as stream:
        before = position(next(stream))
        said = list[int]()
        listening = threading.Thread(target=lambda: said.append(position(next(stream))))
        listening.start()
        other.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "vial broken"})
        listening.join(SOON)
    here.live.end()
    assert said == [before + 1]


def test_while_nothing_changes_there_are_beats_that_say_the_same(site: Site):
    site.live.beat = 0.05
    with closing(site.live.stream(always)) as stream:
        said = [position(next(stream)) for _ in range(4)]
    assert len(set(said)) == 1


def test_beyond_the_most_who_comes_is_told_when_to_come_again(site: Site):
    site.live.most = 2
    streams = [site.live.stream(always) for _ in range(2)]
    answer = site.asks(a_person())
    refused(answer, "too-many-streams", 503)
    assert answer.headers["Retry-After"] == "15"
    streams[0].close()
    streams[0].close()  # once more changes nothing
    with closing(site.asks(a_person())) as answer:
        assert answer.status_code == 200


def test_a_stream_that_was_never_read_is_counted_out_too(site: Site):
    site.live.stream(always).close()
    assert site.live.open == 0


def frames_until_it_ends(answer: Any) -> int:
    """How many frames come before a stream ends; it has to end."""
    found = list[int]()

    def read() -> None:
        found.append(sum(1 for _ in answer.iter_encoded()))

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(SOON)
    assert not reading.is_alive()
    return found[0]


def test_it_ends_within_a_beat_of_signing_out(site: Site):
    site.live.beat = 0.1
    nurse = a_person("nurse")
    with closing(site.asks(nurse)) as answer:
        assert position(next(answer.iter_encoded()))
        site.hears(
            "supervision", "SignedOut", session=nurse.session, login="nurse", reason="signed_out"
        )
        frames_until_it_ends(answer)
    assert site.asks(nurse).status_code == 401


def test_it_ends_within_a_beat_of_the_account_being_locked(site: Site):
    site.live.beat = 0.1
    nurse = replace(a_person("nurse"), version=0)
    with closing(site.asks(nurse)) as answer:
        assert position(next(answer.iter_encoded()))
        site.hears("supervision", "StaffLocked", login="nurse", reason="left")
        frames_until_it_ends(answer)
    assert site.asks(nurse).status_code in (401, 503)


def test_it_ends_when_the_process_stops_and_none_begins(site: Site):
    with closing(site.asks(a_person())) as answer:
        site.live.end()
        frames_until_it_ends(answer)
    with pytest.raises(TooManyStreams):
        site.live.stream(always)


def test_while_the_store_cannot_be_looked_at_nothing_is_said_of_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    site.live.beat, site.live.patience = 0.1, 0.3
    with closing(site.live.stream(always)) as stream:
        next(stream)

        def away() -> int:
            raise OSError("the disk is away")

        monkeypatch.setattr(site.live, "position", away)
        assert len(list(stream)) <= 4


def test_nobody_looks_into_the_store_when_nobody_listens(site: Site):
    listeners = len(site.app.store.listeners)
    with closing(site.live.stream(always)):
        until(lambda: len(site.app.store.listeners) == listeners + 1)
    until(lambda: len(site.app.store.listeners) == listeners)


def test_looking_waits_for_no_writer_and_holds_none_up(store_url: Callable[[], str], site: Site):
    store = Store(store_url(), "reporting", site.app.store.views, site.app.store.clock)
    other = Store(store.url, "reporting", site.app.store.views, site.app.store.clock)
    live = Live(other)
    with store.transaction(Context.once("tester")):  # nobody else can write
        assert live.position() == 0
    with other.connection() as connection:  # what a look does while another one writes
        connection.exec_driver_sql("SELECT count(*) FROM events")
        with store.transaction(Context.once("tester")):
            pass
    store.close()
    other.close()


# Renewed pages and the record of looks


LIST = "/units/v01"


class Town(PartUnderTest):
    """Registration, which knows names."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "registration")
        self.known = [*self.registered(101)]

    def registered(self, number: int) -> list[str]:
        """Put somebody on the unit's roster; their ids."""
        answer = self.http.upload(f"/api{LIST}/roster", roster(person(number)))
        return [entry["resident"] for entry in answer.json["entries"]]

    def looks(self) -> list[list[str]]:
        """Who was looked at, look by look."""
        return [each["data"]["residents"] for each in self.events("PersonalDataViewed")]

    def chief(self) -> HttpClient:
        """Somebody who has just signed in."""
        return self.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def look(client: HttpClient, *, renews: bool = False) -> None:
    """Ask for the list of a unit, by hand or as its script does."""
    headers = client.bearer(client.person, Accept="text/html") | ({RENEWS: "1"} if renews else {})
    assert client.client.get(LIST, headers=headers).status_code == 200


def test_a_page_that_renews_itself_is_one_look(town: Town):
    chief = town.chief()
    look(chief)
    for _ in range(3):
        look(chief, renews=True)
    assert town.looks() == [town.known]


def test_a_page_first_asked_for_as_a_renewal_is_a_look_all_the_same(town: Town):
    chief = town.chief()
    for _ in range(3):
        look(chief, renews=True)
    assert town.looks() == [town.known]


def test_whoever_has_come_onto_a_page_is_a_new_look(town: Town):
    chief = town.chief()
    look(chief)
    came = town.registered(102)
    look(chief, renews=True)
    assert town.looks() == [town.known, came]


def test_a_page_that_is_asked_for_by_hand_is_a_look_each_time(town: Town):
    chief = town.chief()
    look(chief)
    look(chief)
    assert town.looks() == [town.known] * 2


def test_another_sign_in_is_another_look(town: Town):
    look(town.chief())
    look(town.chief(), renews=True)
    assert town.looks() == [town.known] * 2


def test_a_look_changes_no_page(town: Town):
    edge = open_edge(town.deployment, town.part, town.app)
    before = edge.live.position()
    look(town.chief())
    assert town.looks() and edge.live.position() == before
    town.registered(102)
    assert edge.live.position() > before


def test_a_page_left_open_is_recorded_again_with_every_visit():
    now = 0.0
    shown = Shown(lambda: now)
    looked = {"anna": {"name"}}
    shown.record("session", "/", looked)
    assert shown.new("session", "/", looked) == {}
    assert shown.new("session", "/people", looked) == looked
    assert shown.new("session", "/", {"anna": {"name", "phone"}}) == {"anna": {"name", "phone"}}
    now = VISIT_SECONDS + 1
    assert shown.new("session", "/", looked) == looked


def test_renewing_keeps_nobody_signed_in_beyond_the_shift(site: Site):
    nurse = a_person("nurse")
    over = replace(nurse, until=time.time() - 1, expires=time.time() - 1)
    client = Client(site.served)
    client.set_cookie(site.edge.gate.cookie, a_token(over, site.edge.gate.audience))
    answer = client.get("/", headers={"Accept": "text/html", RENEWS: "1"})
    assert answer.status_code == 303
    assert "/sign-in" in answer.location

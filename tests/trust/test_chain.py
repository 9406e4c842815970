"""The chain of a source: what was not said is never believed, what was said is never forgotten."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.kit.contracts.chain import Linked, beginning, chained, next_link
from shared.kit.eventstore import Store
from shared.kit.eventstore.events_log import ChainBroken
from shared.kit.eventstore.restored import SourceDiffers
from shared.kit.messaging import cloudevents
from shared.kit.messaging.following import LogUnsealed
from shared.kit.service_tokens import LOG
from shared.kit.source_keys import PartKey, holding, sealing
from tests.support.calls import called_by
from tests.support.examples import examples
from tests.support.part import PartUnderTest

SITE = "appointments/stadium"
EVENTS = 12
FORGED = b'{"event":"DoseAdministered","version":1}'


def dose(number: int) -> dict[str, Any]:
    return {
        "site": "stadium",
        "resident": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        "unit": "v01",
        "cohort": "general",
        "dose": 1 + number % 2,
        "day": "2024-03-25",
        "product": "CoronaVac",
        "batch": "B1",
        "vaccinator": "nurse-01",
    }


def an_office(folder: Path) -> tuple[PartUnderTest, list[Linked]]:
    """Reporting, and the log of a site that it has not heard yet."""
    teller = PartUnderTest(folder / "teller", "reporting")
    for number in range(EVENTS):
        teller.hears(SITE, "DoseAdministered", **dose(number))
    office = PartUnderTest(folder / "office", "reporting")
    log = office._foreign.setdefault(SITE, [])
    log.extend(teller._foreign[SITE])
    teller.app.store.close()
    return office, log


def counted(office: PartUnderTest) -> int:
    town = office.http.get("/api/progress").json["figures"]["town"]
    return town["first"] + town["second"]


def forged(log: list[Linked], position: int, *, rightly_linked: bool = True) -> Linked:
    """An event that the source never said, at one of its positions or after its end."""
    body = log[min(position, len(log)) - 1].body.replace(b"nurse-01", b"nurse-99")
    before = log[position - 2].link if position > 1 else beginning(SITE)
    link = next_link(before, position, body) if rightly_linked else bytes(32)
    return Linked(position, body, link)


def rewrite(log: list[Linked]) -> None:
    """Let the source have another history, rightly chained."""
    changed = [(each.position, each.body.replace(b"nurse-01", b"nurse-99")) for each in log]
    log[:] = chained(beginning(SITE), changed)


def test_a_link_depends_on_source_position_bytes_and_everything_before():
    log = list(chained(beginning("a"), [(1, b"one"), (2, b"two")]))
    others = [
        list(chained(beginning("b"), [(1, b"one"), (2, b"two")])),
        list(chained(beginning("a"), [(1, b"One"), (2, b"two")])),
        list(chained(beginning("a"), [(2, b"two")])),
        list(chained(beginning("a"), [(1, b"onet"), (2, b"wo")])),
        list(chained(beginning("a"), [(1, b"two"), (2, b"one")])),
    ]
    assert len({each[-1].link for each in [log, *others]}) == len(others) + 1


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, EVENTS + 3), st.booleans()),
            min_size=1,
            max_size=8,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_forged_messages_among_true_ones_are_found_and_change_nothing(deliveries):
    with tempfile.TemporaryDirectory() as folder:
        office, log = an_office(Path(folder))
        follower = office.follower(SITE)
        for batch in deliveries:
            messages, false = list[Linked](), set[Linked]()
            for position, true in batch:
                if true and position <= EVENTS:
                    messages.append(log[position - 1])
                elif position <= EVENTS:
                    # One that continues the chain as it is applied needs a signature to be found.
                    message = forged(log, position, rightly_linked=False)
                    messages.append(message)
                    false.add(message)
                else:
                    message = Linked(position, FORGED, bytes(32))
                    messages.append(message)
                    false.add(message)
            assert set(follower.receive(messages)) == false
            assert counted(office) == follower.health.position
        follower.catch_up()
        assert counted(office) == EVENTS
        assert b"nurse-99" not in repr(office.view()).encode()
        office.app.store.close()


def test_case_a3_a_forged_event_with_the_next_link_does_not_hide_the_true_one(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    follower.receive(log[:5])
    follower.receive([forged(log, 6)])
    for step in (lambda: follower.receive(log[5:7]), follower.catch_up):
        with pytest.raises(SourceDiffers, match="从第 6 条起"):
            step()
    assert follower.health.position == 6


def test_case_a5_a_message_from_beyond_the_end_is_buried_and_nothing_stands(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    far = Linked(2**53, FORGED, bytes(32))
    garbage = Linked(3, b"\x00 not JSON", log[2].link)
    assert follower.receive([log[0], far, garbage]) == [garbage, far]
    follower.catch_up()
    assert counted(office) == EVENTS
    for headers in ({"position": 2**53 + 1}, {"position": 0}, {"position": "x"}, {"link": "zz"}):
        said = {"source": SITE, "position": 1, "link": "00"} | headers
        with pytest.raises(ValueError, match=r"position|invalid literal|hex"):
            cloudevents.origin({f"cloudEvents_{name}": each for name, each in said.items()}, b"")


def test_a_follower_started_again_knows_its_true_duplicates(tmp_path):
    office, log = an_office(tmp_path)
    office.follower(SITE).receive(log[:8])
    office._followers.clear()
    follower = office.follower(SITE)
    assert follower.receive([log[2], log[7], log[8]]) == []
    assert follower.receive([forged(log, 3)]) == [forged(log, 3)]
    assert counted(office) == 9


def a_source(folder: Path) -> PartUnderTest:
    part = PartUnderTest(folder, "appointments", "stadium")
    say(part, "2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04")
    return part


def say(part: PartUnderTest, *batches: str) -> None:
    for batch in batches:
        body = {"batch": batch, "product": "CoronaVac", "doses": 10, "expiry": "2025-03-31"}
        assert part.http.post("/api/batches", body).status_code == 200


def listens_to(folder: Path, source: PartUnderTest) -> Any:
    """A part that follows the source's real log."""
    office = PartUnderTest(folder, "reporting")
    follower = office.follower(SITE)
    follower.fetch_log = lambda after, limit: source.app.store.log(after, limit)
    follower.catch_up()
    return follower


def kept(part: PartUnderTest) -> bytes:
    part.app.store.truncate_wal()
    return Path(part.app.store.url.removeprefix("sqlite:///")).read_bytes()


def restore(part: PartUnderTest, content: bytes, folder: Path) -> PartUnderTest:
    """The part on an older copy of its store."""
    file = Path(part.app.store.url.removeprefix("sqlite:///"))
    part.app.store.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(content)
    return PartUnderTest(folder, "appointments", "stadium")


@pytest.mark.parametrize("more", [0, 1, 5])
def test_cases_a4_f1_e15_a_source_that_was_set_back_is_noticed(tmp_path, more):
    source = a_source(tmp_path / "site")
    backup = kept(source)
    say(source, "LOST-1", "LOST-2")
    follower = listens_to(tmp_path / "office", source)
    reached = follower.health.position
    source = restore(source, backup, tmp_path / "site")
    say(source, *(f"NEW-{number}" for number in range(more)))
    follower.fetch_log = lambda after, limit: source.app.store.log(after, limit)
    for _ in range(2):
        with pytest.raises(SourceDiffers, match=r"docs/operations.md"):
            follower.catch_up()
    assert follower.health.position == reached
    if more > 2:
        with pytest.raises(SourceDiffers):
            follower.receive(source.app.store.log(reached, 100))


def test_a_history_changed_before_what_was_decided_is_noticed_when_views_are_rebuilt(tmp_path):
    office, log = an_office(tmp_path)
    office.follower(SITE).catch_up()
    office.app.rebuild_views()
    rewrite(log)
    with pytest.raises(SourceDiffers, match=f"{EVENTS}"):
        office.follower(SITE).catch_up()


def test_an_event_written_past_the_program_stops_the_store(tmp_path):
    source = a_source(tmp_path)
    head = source.app.store.head()
    with source.app.store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO events SELECT :at, 's', 1, topic, body, NULL FROM events WHERE position=1"
            ),
            {"at": head + 1},
        )
    # What is true before it goes on being told.
    assert len(source.app.store.log(0, 100)) == head
    with pytest.raises(ChainBroken, match=f"{head + 1}"):
        source.app.store.log(head, 100)
    body = {"batch": "B9", "product": "CoronaVac", "doses": 10, "expiry": "2025-03-31"}
    refused = source.http.post("/api/batches", body)
    assert (refused.status_code, refused.json["code"]) == (503, "chain-broken")
    assert source.http.anonymous().get("/health").status_code == 503


def test_links_refuse_to_be_changed(tmp_path):
    source = a_source(tmp_path)
    with source.app.store.engine.begin() as connection:
        connection.execute(text("INSERT INTO links_of_events VALUES (1, x'00')"))
    for change in ("UPDATE events SET link = x'00'", "DELETE FROM links_of_events"):
        with (
            pytest.raises(Exception, match="append-only"),
            source.app.store.engine.begin() as connection,
        ):
            connection.execute(text(change))


def test_a_store_from_before_the_chain_is_chained_and_nothing_else_changes(tmp_path, caplog):
    source = a_source(tmp_path)
    store, before = source.app.store, source.app.store.log(0, 100)
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP COLUMN link"))
        connection.execute(text("ALTER TABLE positions DROP COLUMN link"))
    with closing(Store(store.url, store.source, store.views, store.clock)) as again:
        assert again.log(0, 100) == before
    assert f"{len(before)} 条事件补上链" in caplog.text


def test_a_follower_from_before_the_chain_goes_on_where_it_was(tmp_path):
    office, log = an_office(tmp_path)
    office.follower(SITE).receive(log[:5])
    with office.app.store.engine.begin() as connection:
        connection.execute(text("UPDATE positions SET link = NULL"))
    office._followers.clear()
    follower = office.follower(SITE)
    assert follower.receive(log[5:8]) == []
    assert office.app.store.reached(SITE).link == log[7].link
    follower.catch_up()
    assert counted(office) == EVENTS


def test_links_are_in_the_log_over_http(tmp_path):
    source = a_source(tmp_path)
    headers = called_by(source.deployment, "reporting", SITE, LOG)
    rows = source.http.client.get("/log?after=0&limit=3", headers=headers).json["events"]
    log = source.app.store.log(0, 3)
    assert [row["link"] for row in rows] == [each.link.hex() for each in log]
    assert log == list(chained(beginning(SITE), [each[:2] for each in log]))


def test_without_a_seal_messages_are_not_believed_but_the_log_is(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    seal = sealing("ab" * 32, SITE)
    follower.holds = holding({SITE: PartKey.of("ab" * 32, SITE)}.get, SITE)
    asked = list[int]()
    fetch = follower.fetch_log

    def fetched(after: int, limit: int) -> Sequence[Linked]:
        asked.append(after)
        page = list(fetch(after, limit))
        return [*page[:-1], page[-1]._replace(seal=seal(page[-1]))] if page else page

    follower.fetch_log = fetched
    sealed = [*log[:3], log[3]._replace(seal=seal(log[3]))]
    assert (follower.receive(sealed), asked) == ([], [])
    assert follower.health.position == 4
    moved = log[4]._replace(seal=seal(log[3]))
    assert follower.receive([moved]) == []
    assert asked[0] == 3
    assert follower.receive([forged(log, 5)]) == [forged(log, 5)]
    assert counted(office) == EVENTS


def test_who_answers_at_the_address_of_a_source_is_not_believed_without_its_seal(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    follower.holds = holding({SITE: PartKey.of("ab" * 32, SITE)}.get, SITE)
    another = sealing("cd" * 32, SITE)
    for seal in ("", "no seal", another(log[-1])):
        follower.fetch_log = lambda after, limit, seal=seal: [
            *log[:-1],
            log[-1]._replace(seal=seal),
        ]
        with pytest.raises(LogUnsealed, match="没有它的签名"):
            follower.catch_up()
    assert (follower.health.position, counted(office)) == (0, 0)


@pytest.mark.parametrize("missing", [1, 6])
def test_a_hole_in_the_log_of_a_source_is_said_and_never_passed(tmp_path, missing):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    del log[missing - 1]
    for step in (follower.catch_up, lambda: follower.receive([log[-1]])):
        with pytest.raises(SourceDiffers, match=f"从第 {missing} 条起"):
            step()
    follower_at = follower.health.position
    assert (follower_at, counted(office)) == (missing - 1, missing - 1)


def test_after_a_rebuild_nothing_of_another_history_is_applied(tmp_path):
    office, log = an_office(tmp_path)
    office.follower(SITE).catch_up()
    office.app.rebuild_views()
    rewrite(log)
    office._followers.clear()
    for step in (office.follower(SITE).catch_up, lambda: office.follower(SITE).receive(log[:3])):
        with pytest.raises(SourceDiffers):
            step()
    assert (office.app.store.reached(SITE).position, counted(office)) == (0, 0)


def test_what_a_program_from_before_the_chain_followed_meanwhile_is_no_trouble(tmp_path):
    office, log = an_office(tmp_path)
    office.follower(SITE).receive(log[:5])
    with office.app.store.engine.begin() as connection:
        connection.execute(text("UPDATE positions SET position = 8, decided = 8"))
    office._followers.clear()
    assert office.app.store.reached(SITE).link is None
    office.follower(SITE).catch_up()
    assert office.app.store.reached(SITE) == (EVENTS, EVENTS, log[-1].link)


def test_a_flood_of_false_messages_costs_few_questions(tmp_path):
    office, _ = an_office(tmp_path)
    follower, asked = office.follower(SITE), list[int]()
    follower.catch_up()
    fetch = follower.fetch_log
    follower.fetch_log = lambda after, limit: asked.append(after) or fetch(after, limit)
    flood = [Linked(position, FORGED, bytes(32)) for position in range(1, 400)]
    assert len(follower.receive(flood)) == len(flood)
    assert len(asked) < 6


def test_a_message_from_before_the_chain_is_true_if_the_log_says_so(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    assert follower.receive([log[0]._replace(link=b""), log[1]._replace(link=b"")]) == []
    assert follower.receive([Linked(3, FORGED, b"")]) == [Linked(3, FORGED, b"")]
    assert counted(office) == EVENTS

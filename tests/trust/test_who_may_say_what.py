"""An event counts only from the part whose it is to say; what does not count is kept and shown."""

from __future__ import annotations

import pytest

from deploy.parts import FOLLOWS, SERVICES, SHARDED
from shared.kit import disowned
from shared.kit.contracts import decode, encode
from shared.kit.contracts.catalogue import EVERY, Contract
from shared.kit.contracts.chain import beginning, chained
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.town.contracts import catalogue
from tests.support.part import PartUnderTest

SITES = ("stadium", "township", "community")


def sources_of(service: str) -> list[str]:
    return [f"{service}/{site}" for site in SITES] if service == SHARDED else [service]


def foreign_sources(contract: Contract, follower: str) -> list[str]:
    """Sources the follower hears, of those that may not say the contract's example."""
    others = [service for service in FOLLOWS[follower] if service != follower]
    heard = [source for service in others for source in sources_of(service)]
    site = contract.example.get("site")
    theirs = f"{SHARDED}/{site}" if contract.service == SHARDED else contract.service
    return [source for source in heard if source != theirs]


def a_part(tmp_path, service: str) -> PartUnderTest:
    return PartUnderTest(tmp_path, service, "stadium" if service == SHARDED else None)


def seen(part: PartUnderTest) -> dict[str, list[tuple[object, ...]]]:
    view = part.view()
    del view["disowned"]
    return view


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_of_another_has_any_effect_and_each_is_kept(tmp_path, service):
    part = a_part(tmp_path, service)
    before, own, expected = seen(part), part.app.store.head(), 0
    for contract in catalogue:
        if contract.service == EVERY or catalogue.superseded_by(contract):
            continue
        for source in foreign_sources(contract, service):
            part.hears(source, contract.name, **contract.example)
            expected += 1
    assert expected > 90
    assert seen(part) == before
    assert part.app.store.head() == own
    kept = disowned.found(part.app)
    assert len(kept) == expected
    assert all(
        each["why"] and each["event"] in str(catalogue.latest(each["event"])) for each in kept
    )


@pytest.mark.parametrize("service", SERVICES)
def test_what_follows_a_disowned_event_still_arrives(tmp_path, service):
    part = a_part(tmp_path, service)
    example = catalogue.latest("SigningKeyPublished").example
    source = sources_of(next(each for each in FOLLOWS[service] if each != "supervision"))[0]
    part.hears(source, "SigningKeyPublished", **example)
    viewed = catalogue.latest("PersonalDataViewed")
    part.hears(source, viewed.name, **viewed.example)
    assert part.app.store.reached(source)[0] == 2
    assert [each["position"] for each in disowned.found(part.app)] == [1]


def test_case_a1_a_sites_own_signing_key_lets_nobody_in(tmp_path):
    part = PartUnderTest(tmp_path, "registration")
    example = catalogue.latest("SigningKeyPublished").example
    part.hears("appointments/stadium", "SigningKeyPublished", **example)
    assert part.view()["signing_keys"] == []
    part.hears("supervision", "SigningKeyPublished", **example)
    assert len(part.view()["signing_keys"]) == 1


def test_case_a2_a_site_retires_no_key(tmp_path):
    part = PartUnderTest(tmp_path, "registration")
    published = catalogue.latest("SigningKeyPublished")
    part.hears("supervision", published.name, **published.example)
    part.hears("appointments/stadium", "SigningKeyRetired", key=published.example["key"])
    assert len(part.view()["signing_keys"]) == 1


def test_a_site_does_not_speak_for_another():
    contract = catalogue.latest("DoseAdministered")
    document = {"event": contract.name, "version": contract.version, "data": contract.example}
    header = dict.fromkeys(
        ("stream", "stream_version", "occurred_at", "recorded_at", "actor", "command"), "x"
    ) | {"correlation": "x", "causation": None}
    body = encode({**document, **header})
    site = contract.example["site"]
    assert decode(f"{SHARDED}/{site}", 1, body).name == "DoseAdministered"
    other = decode(f"{SHARDED}/elsewhere", 1, body)
    assert other.name == NOT_THEIRS
    assert other.data["event"] == "DoseAdministered"
    assert decode(SHARDED, 1, body).name == NOT_THEIRS


def test_the_ledger_keeps_it_and_counts_nothing(tmp_path):
    part = PartUnderTest(tmp_path, "supervision")
    part.hears("screening", "DoseAdministered", **catalogue.latest("DoseAdministered").example)
    entries = part.http.get("/api/ledger").json["entries"]
    assert [each["event"] for each in entries][-1] == "DoseAdministered"
    shown = part.http.get("/status").json["disowned"]
    assert [(each["source"], each["event"]) for each in shown] == [
        ("screening", "DoseAdministered")
    ]
    assert "DoseAdministered" in part.http.page("/").get_data(as_text=True)


def test_it_is_shown_after_a_rebuild_too(tmp_path):
    part = PartUnderTest(tmp_path, "reporting")
    part.hears("screening", "DoseAdministered", **catalogue.latest("DoseAdministered").example)
    before = part.view()
    assert part.rebuilt_view() == before


def damaged(contract: Contract) -> list[dict[str, object]]:
    """Data of the contract, each with one field wrong: missing, of another kind, or foreign."""
    found: list[dict[str, object]] = []
    for name in contract.example:
        found.append({each: of for each, of in contract.example.items() if each != name})
        found += [contract.example | {name: wrong} for wrong in ({"a": 1}, [[]], 1e400)]
    return [*found, contract.example | {"more": 1}]


@pytest.mark.parametrize("service", SERVICES)
def test_what_does_not_keep_its_contract_stops_nobody_and_is_kept(tmp_path, service):
    part = a_part(tmp_path, service)
    before, own = seen(part), part.app.store.head()
    follows = FOLLOWS[service]
    for contract in catalogue:
        teller = service if contract.service == EVERY else contract.service
        if teller == service or teller not in follows or catalogue.superseded_by(contract):
            continue
        site = contract.example.get("site", "stadium")
        source = f"{SHARDED}/{site}" if teller == SHARDED else teller
        for data in damaged(contract):
            says(part, source, contract, data)
    garbage = [b"\x00 no JSON", b"[]", b"{}", b"\xff\xfe", b'{"event":"DoseAdministered"}']
    for body in garbage:
        tells(part, next(each for each in sources_of(follows[0])), body)
    assert seen(part) == before
    assert part.app.store.head() == own
    kept = disowned.count(part.app)
    assert kept > 40
    for each in disowned.found(part.app):
        assert "contract" in each["why"] or "does not speak through" in each["why"]
    assert part.http.get("/status").status_code == 200
    if service == "supervision":
        assert part.http.get("/api/ledger", limit=1000).status_code == 200
        assert part.http.get("/api/replay", week="2024-W13").status_code == 200
        assert part.http.page("/entries").status_code == 200
        assert part.http.page("/").status_code == 200


def says(part: PartUnderTest, source: str, contract: Contract, data: dict[str, object]) -> None:
    now = part.app.now().isoformat()
    header = {"event": contract.name, "version": contract.version, "stream": "s"}
    header |= {"stream_version": 1, "occurred_at": now, "recorded_at": now, "actor": "a"}
    header |= {"command": "c", "correlation": "k", "causation": None, "data": data}
    tells(part, source, encode(header))


def tells(part: PartUnderTest, source: str, body: bytes) -> None:
    log = part._foreign.setdefault(source, [])
    before = log[-1].link if log else beginning(source)
    log.extend(chained(before, [(len(log) + 1, body)]))
    part.follower(source).receive([log[-1]])
    assert part.follower(source).health.position == len(log)


@pytest.mark.parametrize("field", ["recorded_at", "occurred_at", "actor", "stream", "command"])
@pytest.mark.parametrize("source", ["registration", "screening"], ids=["its own", "another's"])
def test_what_has_no_proper_header_stops_nobody_and_is_kept(tmp_path, field, source):
    part = a_part(tmp_path, "supervision")
    example = catalogue.latest("ConsentGiven")
    now = part.app.now().isoformat()
    header = {"event": example.name, "version": example.version, "stream": "s"}
    header |= {"stream_version": 1, "occurred_at": now, "recorded_at": now, "actor": "a"}
    header |= {"command": "c", "correlation": "k", "causation": None, "data": example.example}
    for wrong in ("yesterday", None, 7, ["x"], "2024-03-25"):
        if field in ("recorded_at", "occurred_at") or not isinstance(wrong, str):
            tells(part, source, encode(header | {field: wrong}))
            assert disowned.found(part.app)[0]["why"].startswith("it does not keep its contract")
    assert part.http.page("/entries").status_code == 200

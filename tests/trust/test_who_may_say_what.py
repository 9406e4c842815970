"""An event counts only from the part whose it is to say; what does not count is kept and shown."""

from __future__ import annotations

import pytest

from deploy.parts import FOLLOWS, SERVICES, SHARDED
from shared.kit import disowned
from shared.kit.contracts import decode, encode
from shared.kit.contracts.catalogue import EVERY, Contract
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

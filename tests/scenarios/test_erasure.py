"""A person is forgotten in the middle of a campaign: nobody can read who it was, and all proofs hold."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deploy.parts import masters_of
from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from shared.town.privacy.sealing import parts_of
from tests.support.running_town import a_town

DAY = date(2024, 4, 9)
WEEK = "2024-W13"


@dataclass
class Forgotten:
    """The town before and after two people were forgotten: one vaccinated, one not."""

    deployment: Deployment
    api: Api
    backup: Path
    vaccinated: str
    unvaccinated: str
    before: dict[str, Any]


def proofs(api: Api) -> dict[str, Any]:
    """What must not change when somebody is forgotten."""
    return {
        "report": api.get("reporting", f"/api/weeks/{WEEK}"),
        "replay": api.compute("supervision", "/api/replay", week=WEEK),
        "figures": api.get("reporting", "/api/progress")["figures"],
        "units": api.get("registration", "/api/units")["units"],
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forgotten]:
    folder = tmp_path_factory.mktemp("erasure")
    with a_town(folder / "town", people=60, until=DAY) as (deployment, api, _):
        vaccinated, unvaccinated = two_people(api, deployment)
        before = proofs(api)
        shutil.copytree(deployment.folder, folder / "backup")
        for resident in (vaccinated, unvaccinated):
            url = f"/api/residents/{resident}/erase"
            api.command("registration", url, {"reason": "by_request"}, f"erase {resident}")
        api.settle()
        yield Forgotten(deployment, api, folder / "backup", vaccinated, unvaccinated, before)


def two_people(api: Api, deployment: Deployment) -> tuple[str, str]:
    """Somebody who has had the first dose, and somebody whom nobody expects."""
    given = [
        row["resident"]
        for source in deployment.sources("appointments")
        for day in range(25, 30)
        for row in api.get(source, "/api/appointments", day=f"2024-03-{day}")["appointments"]
        if row["status"] == "done"
    ]
    idle = [
        row["resident"]
        for unit in deployment.campaign.units
        for row in api.get("registration", f"/api/units/{unit.code}/residents")["residents"]
        if row["status"] in ("registered", "declined")
    ]
    return given[0], idle[0]


def sealed_texts(folder: Path, resident: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every sealed identity of a resident in any store of a folder, with its place."""
    for file in folder.glob("*.db"):
        with sqlite3.connect(file) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE name IN ('events', 'ledger')"
            ).fetchall()
            for (table,) in tables:
                for (body,) in connection.execute(f"SELECT body FROM {table}"):
                    event = json.loads(body)
                    if event["data"].get("resident") == resident and "identity" in event["data"]:
                        place = (event["stream"], str(event["stream_version"]), event["event"])
                        yield (*place, "identity"), event["data"]["identity"]


def keys_left(deployment: Deployment, folder: Path, gone: set[tuple[str, str]]) -> list[bytes]:
    """Every key in a folder's key table but the destroyed ones: (resident, class)."""
    masters = masters_of(deployment)
    with sqlite3.connect(folder / "registration.db") as connection:
        rows = connection.execute(
            "SELECT resident, key_class, version, wrapped, master FROM identity_keys"
        ).fetchall()
    return [
        masters.unwrap(master, f"{resident}.{key_class}.{version}", wrapped)
        for resident, key_class, version, wrapped, master in rows
        if (resident, key_class) not in gone
    ]


def classes_that_open(town: Forgotten, resident: str, gone: set[tuple[str, str]]) -> set[str]:
    """Try every key of today's stores and of the backup on every copy of a person's identity."""
    opened, tried = set[str](), 0
    keys = {
        key
        for folder in (town.deployment.folder, town.backup)
        for key in keys_left(town.deployment, folder, gone)
    }
    for folder in (town.deployment.folder, town.backup):
        for place, text in set(sealed_texts(folder, resident)):
            for part in parts_of(text):
                bound = "|".join((*place, part.key_class, str(part.version))).encode()
                for key in keys:
                    tried += 1
                    try:
                        AESGCM(key).decrypt(part.nonce, part.sealed, bound)
                        opened.add(part.key_class)
                    except InvalidTag:
                        pass
    assert tried > 100
    return opened


def test_without_the_destroyed_key_no_store_and_no_backup_tells_who_it_was(town: Forgotten):
    gone = {(town.unvaccinated, "facts"), (town.unvaccinated, "contact")}
    assert classes_that_open(town, town.unvaccinated, gone) == set()
    assert classes_that_open(town, town.unvaccinated, set()) == {"facts", "contact"}


def test_of_a_vaccinated_person_the_law_keeps_the_name_and_nothing_else(town: Forgotten):
    gone = {(town.vaccinated, "contact")}
    assert classes_that_open(town, town.vaccinated, gone) == {"facts"}


def test_the_destroyed_keys_are_in_no_store_of_today(town: Forgotten):
    with sqlite3.connect(town.deployment.folder / "registration.db") as connection:
        rows = connection.execute("SELECT resident, key_class FROM identity_keys").fetchall()
    assert {row for row in rows if row[0] == town.unvaccinated} == set()
    assert {row for row in rows if row[0] == town.vaccinated} == {(town.vaccinated, "facts")}


def test_the_reports_say_the_same_and_replay_the_same(town: Forgotten):
    assert proofs(town.api) == town.before


def test_the_ledger_verifies_and_knows_of_the_erasures(town: Forgotten):
    audit = town.api.compute("supervision", "/api/audit")
    assert audit["chain"] == "ok"
    assert audit["weeks"]
    assert all(week["agrees"] for week in audit["weeks"])
    assert all(source["gaps"] == 0 for source in audit["sources"])
    for resident in (town.unvaccinated, town.vaccinated):
        path = f"/api/residents/{resident}/history"
        told = town.api.get("supervision", path)["events"]
        assert told[-1]["event"] == "ResidentErased" or "ResidentErased" in str(told)


def test_every_page_says_erased_where_the_name_stood(town: Forgotten):
    for source in ("registration", "screening"):
        path = f"/residents/{town.unvaccinated}"
        headers = town.api.bearer(town.api.login_for(source, path)) | {"Accept": "text/html"}
        page = requests.get(town.deployment.part(source).url + path, headers=headers, timeout=30)
        assert page.status_code == 200, page.text
        assert "已删除" in page.text


def test_asked_again_it_is_already_done(town: Forgotten):
    url = f"/api/residents/{town.unvaccinated}/erase"
    again = town.api.command("registration", url, {"reason": "by_request"}, "erase once more")
    assert (again["status"], again["destroyed"]) == ("already_erased", [])

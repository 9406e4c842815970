"""Parts trust each other no more than they must: own keys, narrow tokens, keys of own people only."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import keys as keys_command
from deploy.local.running import embedded_deployment
from deploy.parts import open_edge, open_gate, open_store, open_work
from services.supervision.checks import commands as checks
from services.supervision.part_keys.commands import publish
from services.supervision.part_keys.tasks import publish_keys
from services.supervision.sign_in.keys import SigningKeys
from services.supervision.sign_in.office import SignInOffice
from shared.kit.deployment import NotGiven
from shared.kit.service_tokens import KEYS, LOG, SESSIONS, STATUS, token_of
from shared.kit.source_keys import PartKey, holding, pair_secret, sealing
from shared.town.deployment import Deployment, answers_key
from shared.town.mirrors.part_keys import PartKeys
from shared.town.privacy.answers import AnswerKeys
from shared.town.privacy.key_transfer import open_keys
from shared.town.privacy.master import Masters, id_of
from shared.town.privacy.sealing import KeyId
from shared.town.privacy.wrapping import Wrapping, master_in_use
from tests.support.calls import called_by
from tests.support.part import PartUnderTest, a_deployment
from tests.support.workbooks import person, roster
from tests.trust.test_chain import an_office

SITE = "appointments/stadium"
SCREENING = "screening"
NONCE = "a" * 32


# Tokens


def asked(part: PartUnderTest, path: str, headers: dict[str, str], method: str = "GET") -> Any:
    answer = part.http.client.open(path, method=method, json={}, headers=headers)
    return answer.status_code, (answer.json or {}).get("code", "")


def test_case_a6_a_token_for_the_log_gets_no_keys_and_renews_no_session(tmp_path: Path):
    registration = PartUnderTest(tmp_path, "registration")
    for_log = called_by(registration.deployment, SITE, "registration", LOG)
    assert asked(registration, "/log", for_log) == (200, "")
    for path, method in (("/keys", "POST"), ("/status", "GET"), ("/rebuild", "POST")):
        assert asked(registration, path, for_log, method) == (403, "not-allowed"), path
    supervision = PartUnderTest(tmp_path, "supervision")
    for_log = called_by(supervision.deployment, SITE, "supervision", LOG)
    for path in ("/sessions/renew", "/sessions/exchange", "/sessions/end"):
        assert asked(supervision, path, for_log, "POST") == (403, "not-allowed"), path
    for_sessions = called_by(supervision.deployment, SITE, "supervision", SESSIONS)
    assert asked(supervision, "/sessions/end", for_sessions, "POST")[0] == 200


def test_a_token_for_one_part_is_nothing_at_another(tmp_path: Path):
    supervision = PartUnderTest(tmp_path, "supervision")
    headers = called_by(supervision.deployment, SITE, "registration", LOG)
    assert asked(supervision, "/log", headers) == (401, "token-refused")


@pytest.mark.parametrize(("old", "expected"), [(0, 200), (200, 200), (301, 401), (86400, 401)])
def test_case_a6_a_token_is_worth_nothing_after_five_minutes(tmp_path: Path, old: int, expected):
    registration = PartUnderTest(tmp_path, "registration")
    headers = called_by(registration.deployment, SITE, "registration", LOG, time.time() - old)
    assert asked(registration, "/log", headers)[0] == expected


def test_one_parts_secret_makes_no_token_and_no_seal_of_another(tmp_path: Path):
    office, log = an_office(tmp_path)
    deployment = office.deployment
    secret = deployment.secret_of(SCREENING)
    token = token_of(secret, SITE, "reporting", LOG, time.time())
    assert asked(office, "/log", {"Authorization": f"Bearer {token}"}) == (401, "token-refused")
    holds = holding(office.routes.edge.key_of, SITE)
    assert holds(log[0]._replace(seal=sealing(deployment.secret_of(SITE), SITE)(log[0])))
    assert not holds(log[0]._replace(seal=sealing(secret, SITE)(log[0])))


# Files


def a_cluster(folder: Path) -> Deployment:
    """A deployment with a store and a broker user for every part, and channels with passwords."""
    plain = a_deployment(folder)
    parts = tuple(
        replace(
            part,
            store=f"postgresql://part:store-of-{part.source}@db/x",
            broker=f"amqp://part:broker-of-{part.source}@mq",
        )
        for part in plain.parts
    )
    document = json.loads(json.dumps(asdict(plain), default=str))
    document |= {"parts": [asdict(part) for part in parts], "broker": "amqp://all:operators@mq"}
    document["openid"] = {"issuer": "https://id.example", "client_id": "x"}
    document["openid"] |= {"client_secret": "secret-of-the-provider"}
    document["notices"] = {"smtp": {"host": "mail.example", "sender": "a@b.cd", "password": "mail"}}
    document["secrets"]["former"] = {part.source: f"former-{part.source}" for part in parts}
    plain.file.write_text(json.dumps(document))
    return Deployment.read(plain.file)


def secrets_of(deployment: Deployment) -> dict[str, set[str]]:
    """Every secret of a deployment, by whose it is."""
    known = deployment.secrets
    found = {name: {secret} for name, secret in known.parts.items()}
    found["operator"].add("all:operators")
    for part in deployment.parts:
        found[part.source] |= {f"store-of-{part.source}@", f"broker-of-{part.source}@"}
        found[part.source].add(f'"former-{part.source}"')
    found["registration"] |= {known.master, known.identity, '"password": "mail"'}
    found["supervision"].add("secret-of-the-provider")
    return found


def test_case_a6_a_parts_file_holds_its_own_secrets_and_no_others(tmp_path: Path):
    deployment = a_cluster(tmp_path)
    deployment.save_all()
    secrets = secrets_of(deployment)
    assert all(secret in deployment.file.read_text() for own in secrets.values() for secret in own)
    for part in deployment.parts:
        given = deployment.for_part(part.source)
        text = given.file.read_text()
        assert given.file.stat().st_mode & 0o077 == 0
        for owner, theirs in secrets.items():
            held = {secret for secret in theirs if secret in text}
            assert held == (theirs if owner == part.source else set()), (part.source, owner)
        read = Deployment.read(given.file)
        assert read == given
        assert read.file == given.file
        assert (read.audience, read.keys) == (deployment.audience, deployment.keys)
        with pytest.raises(NotGiven, match="rotate-part"):
            read.secret_of("operator")


@pytest.mark.parametrize("source", ["registration", SCREENING, SITE, "reporting", "supervision"])
def test_a_part_works_with_the_file_it_was_given(tmp_path: Path, source: str):
    given = a_deployment(tmp_path).for_part(source)
    part = given.part(source)
    with closing(open_work(given, part).store) as store:
        assert store.check() == 0 or source in ("registration", SITE)
        gate = open_gate(given, part, open_work(given, part))
        now, secret = time.time(), a_deployment(tmp_path).secret_of(SCREENING)
        assert gate.caller(token_of(secret, SCREENING, source, STATUS, now)).source == SCREENING


def test_only_registration_can_tell_an_id_from_a_card_number(tmp_path: Path):
    given = a_deployment(tmp_path).for_part(SCREENING)
    work = open_work(given, given.part(SCREENING))
    with closing(work.store), pytest.raises(RuntimeError, match="only registration"):
        work.privacy.resident_id("resident_card", "42000019790521101X")


def from_before(deployment: Deployment, shared: str) -> None:
    """Write a deployment's file as it was when all parts shared one secret."""
    document = json.loads(deployment.file.read_text())
    for name in ("keys", "given_to", "name"):
        del document[name]
    known = document["secrets"]
    document["secrets"] = {"master": known["master"], "identity": known["identity"]}
    document["secrets"]["service"] = shared
    deployment.file.write_text(json.dumps(document))


def test_a_file_from_before_gets_keys_when_it_is_opened_and_keeps_its_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    before = embedded_deployment(tmp_path, first_port=None)
    shared = "5a" * 32
    from_before(before, shared)
    old = Deployment.read(before.file)
    with pytest.raises(NotGiven, match="deployment.json"):
        old.secret_of(SITE)
    part = old.part(SITE)
    with closing(open_store(old, part)) as store:
        answers = AnswerKeys(Wrapping(store, Masters.of(bytes.fromhex(answers_key(shared, SITE)))))
        with store.transaction(_context()):
            sealed = answers.seal("command", b"its answer")
    with caplog.at_level(logging.WARNING):
        opened = embedded_deployment(tmp_path, first_port=None)
    assert "已为每个部件生成自己的密钥" in caplog.text
    assert opened.audience == before.audience
    assert set(opened.secrets.parts) == {*(each.source for each in opened.parts), "operator"}
    assert shared not in opened.file.read_text()
    assert Deployment.read(opened.file) == opened == embedded_deployment(tmp_path, first_port=None)
    with closing(open_work(opened, part).store) as store:
        assert store.answers.open("command", sealed) == b"its answer"
        with store.connection() as connection:
            used = connection.execute(master_in_use.select()).one().master
        assert used == id_of(bytes.fromhex(answers_key(opened.secret_of(SITE), SITE)))
    # From then on under the part's own key: the former one is not needed any more.
    without = replace(opened, secrets=replace(opened.secrets, former={}))
    with closing(open_work(without, part).store) as store:
        assert store.answers.open("command", sealed) == b"its answer"


def _context() -> Any:
    from shared.kit.eventstore import Context

    return Context("one", "tester", "test")


def test_supervision_draws_a_signing_key_when_its_own_secret_opens_none(tmp_path: Path):
    part = PartUnderTest(tmp_path, "supervision")
    SigningKeys(part.app, bytes.fromhex("5a" * 32)).rotate(time.time() - 60)
    office = SignInOffice(part.app, part.deployment)
    assert office.keys.opens()
    published = part.events("SigningKeyPublished")
    SignInOffice(part.app, part.deployment)
    assert part.events("SigningKeyPublished") == published


# Keys of parts, published


def newer(part: str) -> PartKey:
    return PartKey.of("ab" * 32, part)


def published(part: PartUnderTest, source: str, key: PartKey, of: str) -> None:
    part.hears(source, "PartKeyPublished", part=of, **asdict(key))


def known_to(part: PartUnderTest, source: str) -> PartKey | None:
    return PartKeys(part.deployment.keys, part.app.store).of(source)


def test_a_key_published_by_supervision_counts_and_the_one_before_does_not(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    given = part.deployment.keys[SITE]
    assert known_to(part, SITE) == given
    published(part, "supervision", given, SITE)
    published(part, "supervision", newer(SITE), SITE)
    part.hears("supervision", "PartKeyRetired", part=SITE, sign=given.sign)
    assert known_to(part, SITE) == newer(SITE)
    assert part.rebuilt_view() == part.view()
    part.hears("supervision", "PartKeyRetired", part=SITE, sign=newer(SITE).sign)
    assert known_to(part, SITE) is None
    assert known_to(part, SCREENING) == part.deployment.keys[SCREENING]


@pytest.mark.parametrize("of", [SITE, "registration", "supervision", "operator"])
def test_case_a1_a_part_key_forged_by_a_site_counts_for_nothing(tmp_path: Path, of: str):
    part = PartUnderTest(tmp_path, "registration")
    published(part, SITE, newer(of), of)
    part.hears(SITE, "PartKeyRetired", part=of, sign=part.deployment.keys[of].sign)
    assert known_to(part, of) == part.deployment.keys[of]
    assert len(part.http.get("/status").json["disowned"]) == 2


def test_supervisions_own_key_is_the_deployment_files_whatever_is_published(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    published(part, "supervision", newer("supervision"), "supervision")
    part.hears(
        "supervision",
        "PartKeyRetired",
        part="supervision",
        sign=part.deployment.keys["supervision"].sign,
    )
    assert known_to(part, "supervision") == part.deployment.keys["supervision"]


def test_a_key_whose_proof_does_not_fit_is_refused(tmp_path: Path, caplog):
    part = PartUnderTest(tmp_path, "supervision")
    for number, wrong in enumerate(
        (
            newer("registration"),  # proven, but for somebody else
            replace(newer(SITE), exchange=newer("x").exchange, proof="00" * 64),
            replace(newer(SITE), sign=part.deployment.keys[SCREENING].sign),
            replace(newer(SITE), proof="no hex"),
            replace(newer(SITE), sign=""),
        )
    ):
        assert not wrong.is_of(SITE)
        caplog.clear()
        with part.transaction():
            publish(part.app, {SITE: wrong})
        assert part.events("PartKeyPublished") == []
        assert "没有凭证" in caplog.text
        elsewhere = PartUnderTest(tmp_path / str(number), "reporting")
        published(elsewhere, "supervision", wrong, SITE)
        assert known_to(elsewhere, SITE) == elsewhere.deployment.keys[SITE]
        assert PartKeys({SITE: wrong}, elsewhere.app.store).of(SITE) is None
        elsewhere.app.store.close()


def test_supervision_publishes_each_key_once_and_retires_what_a_new_one_replaces(tmp_path: Path):
    part = PartUnderTest(tmp_path, "supervision")
    publish_keys(part.routes.edge)
    first = part.events("PartKeyPublished")
    assert {each["data"]["part"] for each in first} == set(part.deployment.keys)
    publish_keys(part.routes.edge)
    assert part.events("PartKeyPublished") == first
    given = part.deployment.keys[SITE]
    with part.transaction():
        publish(part.app, {SITE: newer(SITE)})
        publish(part.app, {SITE: given})  # a file from before comes back
    assert part.events("PartKeyPublished")[len(first) :][0]["data"]["sign"] == newer(SITE).sign
    assert [each["data"]["sign"] for each in part.events("PartKeyRetired")] == [given.sign]
    assert known_to(part, SITE) == newer(SITE)


def test_keys_are_published_as_soon_as_the_store_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    part, tries = PartUnderTest(tmp_path, "supervision"), list[int]()

    def failing_first(work: Any, keys: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no space left")
        publish(work, keys)

    monkeypatch.setattr("services.supervision.part_keys.commands.publish", failing_first)
    monkeypatch.setattr("services.supervision.part_keys.tasks.AGAIN_SECONDS", 0)
    publish_keys(part.routes.edge)
    assert len(tries) == 2
    assert len(part.events("PartKeyPublished")) == len(part.deployment.keys)


def test_a_new_master_key_reaches_registrations_own_file(tmp_path: Path):
    deployment = a_deployment(tmp_path, broker="amqp://operator@mq")
    deployment.save_all()
    with closing(open_work(deployment, deployment.part("registration")).store):
        keys_command.rotate_master(deployment)
        given = deployment.for_part("registration")
        assert given.master_keys() == Deployment.read(deployment.file).secrets.master
        assert given.master_keys() != deployment.secrets.master
    screening = Deployment.read(deployment.for_part(SCREENING).file)
    assert screening.secrets.master == ""


def test_a_part_with_a_new_key_answers_repeats_as_before(tmp_path: Path):
    deployment = a_deployment(tmp_path)
    deployment.save()
    part = deployment.part(SITE)
    with closing(open_work(deployment, part).store) as store, store.transaction(_context()):
        sealed = store.answers.seal("command", b"its answer")
    for _ in range(2):  # twice before the part is started again
        keys_command.rotate_part(Deployment.read(deployment.file), SITE)
    for _ in range(2):
        after = Deployment.read(deployment.file).for_part(SITE)
        with closing(open_work(after, part).store) as store:
            assert store.answers.open("command", sealed) == b"its answer"
            with store.transaction(_context()):
                store.answers.seal("another", b"of today")


def test_a_part_gets_a_new_key_and_what_the_old_one_signs_is_refused(tmp_path: Path):
    before = a_deployment(tmp_path)
    before.save()
    said = keys_command.rotate_part(before, SITE)
    after = Deployment.read(before.file)
    assert said["restart"] == ["supervision", SITE]
    assert after.keys[SITE].sign == said["key"] != before.keys[SITE].sign
    assert after.keys[SCREENING] == before.keys[SCREENING]
    supervision = open_work(after, after.part("supervision"))
    publish_keys(open_edge(after, after.part("supervision"), supervision))
    # A part that was not restarted, and has the file of before in its memory.
    registration = PartUnderTest(tmp_path, "registration")
    new, old = (called_by(each, SITE, "registration", LOG) for each in (after, before))
    assert asked(registration, "/log", new)[0] == 401
    registration.hears_log("supervision", supervision.store.log(0, 100))
    registration.routes.gate.part_keys = PartKeys(before.keys, registration.app.store)
    assert asked(registration, "/log", new)[0] == 200
    assert asked(registration, "/log", old) == (401, "token-refused")


# Residents' keys


class Town(PartUnderTest):
    """Registration with people of a unit of the stadium and of one of the community centre."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "registration")
        self.at("2024-04-01")
        of = {site: self._unit(site) for site in ("stadium", "community")}
        self.own = self.listed(of["stadium"], range(101, 105))
        self.others = self.listed(of["community"], range(201, 211))

    def _unit(self, site: str) -> str:
        return next(each.code for each in self.app.campaign.units if each.site == site)

    def listed(self, unit: str, numbers: Sequence[int]) -> list[str]:
        answer = self.http.upload(f"/api/units/{unit}/roster", roster(*map(person, numbers)))
        assert answer.status_code == 200, answer.text
        return [each["resident"] for each in answer.json["entries"]]  # type: ignore[index]

    def asks(self, caller: str, residents: Sequence[str]) -> tuple[set[str], set[str]]:
        """Whose keys a part gets of those it asks for, and whose are withheld."""
        names = [f"{each}.{kind}.1" for each in residents for kind in ("facts", "contact")]
        answer = self.http.client.post(
            "/keys",
            json={"keys": names, "nonce": NONCE},
            headers=called_by(self.deployment, caller, "registration", KEYS),
        )
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json  # type: ignore[assignment]
        registrations = self.deployment.keys["registration"]
        secret = pair_secret(self.deployment.secret_of(caller), registrations)
        handed = open_keys(secret, NONCE, said["sealed"])
        assert handed == self.app.privacy.table.keys(handed)
        return {name.resident for name in handed}, {
            KeyId.parse(name).resident for name in said["withheld"]
        }

    def handouts(self) -> list[dict[str, Any]]:
        return [each["data"] for each in self.events("KeysHandedOut")]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_case_a6_a_site_that_asks_for_all_keys_gets_its_own_peoples_and_it_is_recorded(town: Town):
    everybody = [*town.own, *town.others]
    assert town.asks(SITE, everybody) == (set(town.own), set(town.others))
    assert town.asks("appointments/community", everybody)[0] == set(town.others)
    assert town.asks(SCREENING, everybody) == (set(everybody), set())
    assert town.asks("supervision", everybody) == (set(everybody), set())
    assert town.asks("appointments/township", everybody)[0] == set()
    counts = {"asked": 14, "in_hour": 14}
    assert town.handouts() == [
        counts | {"part": part, "withheld": withheld}
        for part, withheld in (
            (SITE, 10),
            ("appointments/community", 4),
            (SCREENING, 0),
            ("supervision", 0),
            ("appointments/township", 14),
        )
    ]
    reporting = called_by(town.deployment, "reporting", "registration", KEYS)
    assert asked(town, "/keys", reporting, "POST") == (403, "not-allowed")


def test_a_unit_that_is_docked_elsewhere_stays_known_to_its_former_site(town: Town):
    unit = town._unit("stadium")
    body = {"site": "community", "since": "2024-04-15"}
    answer = town.http.post(f"/api/units/{unit}/dock", body)
    assert answer.status_code == 200, answer.text
    assert town.asks(SITE, town.own)[0] == set(town.own)
    assert town.asks("appointments/community", town.own)[0] == set(town.own)


def test_no_more_than_five_hundred_keys_a_question(town: Town):
    body = {"keys": [f"{town.own[0]}.facts.{n}" for n in range(1, 502)], "nonce": NONCE}
    headers = called_by(town.deployment, SCREENING, "registration", KEYS)
    answer = town.http.client.post("/keys", json=body, headers=headers)
    assert answer.status_code == 422
    assert town.handouts() == []


def test_different_residents_of_an_hour_are_counted_once_each(town: Town):
    everybody = [*town.own, *town.others]
    for some in (everybody[:3], everybody[:3], everybody[2:8]):
        town.asks(SCREENING, some)
    town.at("2024-04-01T09:00")
    town.asks(SCREENING, everybody[:2])
    assert [each["in_hour"] for each in town.handouts()] == [3, 3, 8, 2]


def test_residents_are_counted_once_whichever_process_is_asked(town: Town, tmp_path: Path):
    other, everybody = PartUnderTest(tmp_path, "registration"), [*town.own, *town.others]
    town.asks(SCREENING, everybody[:3])
    Town.asks(other, SCREENING, everybody[2:8])  # type: ignore[arg-type]
    assert [each["in_hour"] for each in town.handouts()] == [3, 8]


@pytest.mark.parametrize(
    ("asked", "withheld", "in_hour", "flagged"),
    [
        (500, 0, 2500, False),
        (500, 0, 2501, True),
        (100, 20, 100, False),
        (100, 21, 100, True),
    ],
)
def test_case_a6_many_keys_at_once_are_an_anomaly_and_shown(
    tmp_path: Path, asked: int, withheld: int, in_hour: int, flagged: bool
):
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-01T10:00")
    facts = {"part": SITE, "asked": asked, "withheld": withheld, "in_hour": in_hour}
    group.hears("registration", "KeysHandedOut", **facts)
    for _ in range(2):
        with group.transaction():
            assert checks.flag_hungry(group.app) == int(flagged)
    found = [each["data"]["kind"] for each in group.events("AnomalyFlagged")]
    assert found == ["many_keys"] * flagged
    assert ("索取居民密钥过多" in group.http.page("/").text) is flagged
    looks = group.http.page("/looks").text
    assert f'<td class="number">{in_hour}</td>' in looks
    assert group.rebuilt_view() == group.view()

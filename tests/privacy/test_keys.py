"""Keys live and die with the transactions that make and destroy them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from deploy.parts import open_work
from shared.town import request_context
from shared.town.access import Grant
from shared.town.privacy import KeyId, Privacy, seal_keys
from shared.town.privacy.keys import KeyTable, RemoteKeys
from shared.town.privacy.sealing import Unreadable
from shared.town.privacy.wrapping import identity_keys
from tests.support.part import PartUnderTest, a_person

PERSON = {"name": "演练一", "card_number": "420000X", "phone": "1380000", "address": "东河村"}


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "registration")


def desk(town: PartUnderTest) -> Privacy:
    assert isinstance(town.app.privacy, Privacy)
    return town.app.privacy


def sealed(town: PartUnderTest, resident: str, value: dict[str, Any] = PERSON) -> str:
    """A reference as `Event.sealed` makes it."""
    place = (resident, "1", "ResidentRegistered", "identity")
    return "|".join((*place, desk(town).seal(resident, place, value)))


def restarted(town: PartUnderTest) -> PartUnderTest:
    town.app.store.close()
    town.app = open_work(town.deployment, town.part)
    return town


def test_a_key_of_a_transaction_that_is_rolled_back_is_never_used_again(town: PartUnderTest):
    resident = str(uuid4())
    with contextlib.suppress(ZeroDivisionError), town.transaction():
        lost = sealed(town, resident)
        assert desk(town).read(resident, lost) == PERSON
        raise ZeroDivisionError
    with town.transaction():
        kept = sealed(town, resident)
    assert desk(town).read(resident, kept) == PERSON
    with pytest.raises(Unreadable):  # another key of the same name now
        desk(town).read(resident, lost)
    restarted(town)
    assert desk(town).read(resident, kept) == PERSON


def test_many_keys_are_made_at_once_and_are_those_used_later(town: PartUnderTest):
    residents = [str(uuid4()) for _ in range(1200)]
    with town.transaction():
        desk(town).table.prepare(residents)
        text = sealed(town, residents[700])
        desk(town).table.prepare(residents)
    assert desk(town).read(residents[700], text) == PERSON
    assert len(town.app.rows(select(identity_keys))) == 2 * len(residents)


def test_only_the_fields_asked_for_are_opened_and_noted_as_looked_at(town: PartUnderTest):
    resident, nobody = str(uuid4()), str(uuid4())
    with town.transaction():
        reference = sealed(town, resident)
    asked = request_context.Request(a_person(), (Grant("office", "town"),))
    pairs, fields = [(resident, reference), (nobody, None)], ("name", "phone")
    with request_context.answering(asked):
        read = desk(town).read_all(pairs, fields)
    assert read == {resident: {"name": "演练一", "phone": "1380000"}, nobody: None}
    assert asked.looked == {resident: {"name", "phone"}}
    pseudonymous = request_context.Request(a_person(), (Grant("auditor", "town"),))
    with request_context.answering(pseudonymous):
        assert desk(town).read_all(pairs, fields) == {resident: None, nobody: None}
    assert pseudonymous.looked == {}


def test_a_destroyed_class_is_missing_and_the_next_key_has_another_version(town: PartUnderTest):
    resident = str(uuid4())
    with town.transaction():
        before = sealed(town, resident)
    with town.transaction():
        desk(town).table.destroy(resident, ["contact"])
    assert desk(town).read(resident, before) == {"name": "演练一", "card_number": "420000X"}
    assert desk(town).read(resident, before, ("phone",)) is None
    with town.transaction():
        after = sealed(town, resident)
    assert ".1." in after and "contact.2." in after and "facts.1." in after
    assert desk(town).read(resident, after) == PERSON
    assert set(desk(town).read(resident, before) or ()) == {"name", "card_number"}


def test_a_wrapped_key_moved_to_another_row_is_refused(town: PartUnderTest):
    one, two = str(uuid4()), str(uuid4())
    with town.transaction() as transaction:
        desk(town).table.prepare([one, two])
        at = identity_keys.c
        stolen = select(at.wrapped).where(at.resident == one, at.key_class == "facts")
        wrapped = transaction.connection.execute(stolen).scalar_one()
        here = (at.resident == two) & (at.key_class == "facts")
        transaction.connection.execute(identity_keys.update().where(here).values(wrapped=wrapped))
    with pytest.raises(ValueError, match="moved to another row"):
        desk(town).table.keys([KeyId(two, "facts", 1)])


# As the other services get them

SECRET = b"s" * 32


class Registration:
    """Answers `/keys` in place of the real one, and counts."""

    def __init__(self, table: KeyTable) -> None:
        self.table, self.asked, self.on_answer = table, [], lambda: None
        self.withheld: list[str] = []

    def post(self, url: str, *, json: dict[str, Any], **_: Any) -> Any:
        self.asked.append(json["keys"])
        keys = self.table.keys(map(KeyId.parse, json["keys"]))
        answer = requests.Response()
        answer.status_code = 200
        answer._content = self.body(json["nonce"], keys)
        self.on_answer()
        return answer

    def body(self, nonce: str, keys: dict[KeyId, bytes]) -> bytes:
        handed = {name: key for name, key in keys.items() if str(name) not in self.withheld}
        said = {"sealed": seal_keys(SECRET, nonce, handed), "withheld": self.withheld}
        return json.dumps(said).encode()


@pytest.fixture
def remote(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch) -> Registration:
    registration = Registration(desk(town).table)
    monkeypatch.setattr(requests, "post", registration.post)
    return registration


def test_another_service_asks_once_for_what_it_shows(town: PartUnderTest, remote: Registration):
    resident, name = str(uuid4()), ("name",)
    with town.transaction():
        reference = sealed(town, resident)
    elsewhere = Privacy(RemoteKeys("http://registration", None, lambda: SECRET), b"i" * 32)
    for _ in range(2):
        assert elsewhere.read(resident, reference, name) == {"name": "演练一"}
    assert remote.asked == [[f"{resident}.facts.1"]]


def test_another_service_forgets_and_asks_again(town: PartUnderTest, remote: Registration):
    resident = str(uuid4())
    with town.transaction():
        reference = sealed(town, resident)
    elsewhere = Privacy(RemoteKeys("http://registration", None, lambda: SECRET), b"i" * 32)
    assert elsewhere.read(resident, reference) == PERSON
    with town.transaction():
        desk(town).table.destroy(resident, ["facts", "contact"])
    elsewhere.forget(resident)
    assert elsewhere.read(resident, reference) is None
    assert elsewhere.read(resident, reference) is None
    assert len(remote.asked) == 2  # what does not exist is not asked for again


def test_what_is_withheld_is_asked_for_again(town: PartUnderTest, remote: Registration):
    """Registration has not heard yet, for instance, that the person has a course here."""
    resident = str(uuid4())
    with town.transaction():
        reference = sealed(town, resident)
    elsewhere = Privacy(RemoteKeys("http://registration", None, lambda: SECRET), b"i" * 32)
    remote.withheld = [f"{resident}.facts.1"]
    assert elsewhere.read(resident, reference, ("name",)) is None
    remote.withheld = []
    assert elsewhere.read(resident, reference, ("name",)) == {"name": "演练一"}


def test_many_keys_are_asked_for_five_hundred_at_a_time(remote: Registration):
    names = [KeyId(str(uuid4()), "facts", 1) for _ in range(1001)]
    RemoteKeys("http://registration", None, lambda: SECRET).keys(names)
    assert [len(each) for each in remote.asked] == [500, 500, 1]


def test_keys_on_their_way_while_the_person_is_erased_are_not_kept(
    town: PartUnderTest, remote: Registration
):
    resident = str(uuid4())
    with town.transaction():
        reference = sealed(town, resident)
    keys = RemoteKeys("http://registration", None, lambda: SECRET)

    def erased_meanwhile() -> None:
        remote.on_answer = lambda: None
        with town.transaction():
            desk(town).table.destroy(resident, ["facts", "contact"])
        keys.forget(resident)

    remote.on_answer = erased_meanwhile
    elsewhere = Privacy(keys, b"i" * 32)
    elsewhere.read(resident, reference)
    assert elsewhere.read(resident, reference) is None


def test_an_old_answer_played_again_is_refused(town: PartUnderTest, remote: Registration):
    resident = str(uuid4())
    with town.transaction():
        reference = sealed(town, resident)
    recorded = remote.body("0" * 32, remote.table.keys([KeyId(resident, "facts", 1)]))
    remote.body = lambda nonce, keys: recorded  # type: ignore[method-assign]
    with pytest.raises(Unreadable):
        Privacy(RemoteKeys("http://registration", None, lambda: SECRET), b"i").read(
            resident, reference
        )

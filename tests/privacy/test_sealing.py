"""A sealed identity opens in its own place only, each class under its own key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.town.privacy import CONTACT, FACTS
from shared.town.privacy.sealing import Unreadable, parts_of, seal, unseal

PERSON = {"name": "演练一", "card_number": "420000X", "phone": "1380000", "address": "东河村"}
PLACE = (str(uuid4()), "1", "ResidentRegistered", "identity")
KEYS = {FACTS: (1, os.urandom(32)), CONTACT: (1, os.urandom(32))}


def opened(
    text: str, place: tuple[str, ...] = PLACE, keys: Mapping[str, tuple[int, bytes]] = KEYS
) -> dict[str, str]:
    def key_of(key_class: str, version: int) -> bytes | None:
        found = keys.get(key_class)
        return found[1] if found and found[0] == version else None

    return unseal(key_of, place, parts_of(text))


def test_what_is_sealed_opens_in_its_place():
    assert opened(seal(KEYS, PLACE, PERSON)) == PERSON


@given(st.dictionaries(st.sampled_from(list(PERSON)), st.text(), min_size=1))
def test_every_mapping_opens_as_it_was_and_fits_into_a_reference(value: dict[str, str]):
    text = seal(KEYS, PLACE, value)
    assert opened(text) == value
    assert "|" not in text


@pytest.mark.parametrize("part", range(len(PLACE)))
def test_a_text_moved_to_another_row_event_or_field_is_refused(part: int):
    moved = [*PLACE]
    moved[part] = "2"
    with pytest.raises(Unreadable):
        opened(seal(KEYS, PLACE, PERSON), tuple(moved))


def test_a_text_moved_to_another_person_is_refused():
    others = {key_class: (1, os.urandom(32)) for key_class in KEYS}
    with pytest.raises(Unreadable):
        opened(seal(KEYS, PLACE, PERSON), PLACE, others)


def test_a_part_given_out_as_another_class_is_refused():
    facts, contact = seal(KEYS, PLACE, PERSON).removeprefix("s2.").split("~")
    both = (1, KEYS[FACTS][1])
    swapped = "s2." + facts.replace("facts", "contact") + "~" + contact
    with pytest.raises(Unreadable):
        opened(swapped, PLACE, {FACTS: both, CONTACT: both})


def test_a_part_given_out_as_another_version_is_refused():
    text = seal(KEYS, PLACE, PERSON).replace("facts.1.", "facts.2.")
    with pytest.raises(Unreadable):
        opened(text, PLACE, KEYS | {FACTS: (2, KEYS[FACTS][1])})


def test_without_the_key_of_a_class_its_fields_are_missing():
    text = seal(KEYS, PLACE, PERSON)
    assert set(opened(text, PLACE, {FACTS: KEYS[FACTS]})) == {"name", "card_number"}
    assert opened(text, PLACE, {}) == {}


@pytest.mark.parametrize("text", ["", "s3.x", "s2.", "s2.facts.1.a", "s2.facts.x.a.b"])
def test_what_is_no_sealed_text_is_refused(text: str):
    with pytest.raises(Unreadable):
        parts_of(text)

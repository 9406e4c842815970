"""The picture of the house is that of the code."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from deploy.parts import PARTS
from tests.house.picture import PICTURE, picture

MADE = picture()
WORDS = {element.text for element in ElementTree.fromstring(MADE).iter()}


def test_the_picture_is_what_the_code_is_now():
    assert PICTURE.read_text() == MADE, "run: make picture"


def test_it_names_every_service_in_both_languages_with_its_rooms_and_floors():
    for part in PARTS.values():
        assert {"{} {}".format(*part.title), f"{part.name}.events", *part.rooms} <= WORDS
    assert {"shared/town", "shared/kit", "mirrors", "eventstore"} <= WORDS


def test_everybody_hears_whom_they_follow():
    assert MADE.count('class="ring"') == sum(len(part.follows) for part in PARTS.values())


def test_it_asks_nothing_of_anybody_and_has_colours_for_the_dark():
    assert re.findall(r"(?:https?:)?//[^\s\"]+", MADE) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in MADE
    assert "prefers-color-scheme: dark" in MADE

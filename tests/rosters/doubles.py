"""People who are written twice under two documents, as nobody means it."""

from __future__ import annotations

import random
from datetime import date

from tests.rosters.people import People, Person

HOMOPHONES = str.maketrans("芳伟丽静艳秀玲英兰洁婷莉勇杰涛明", "方玮莉敬燕绣灵瑛岚杰亭丽永洁滔铭")
TRADITIONAL = str.maketrans(
    "张刘陈杨赵吴孙马罗郑谢许韩冯邓萧钟谭陆范汪贾邹侯龙丽静艳娟华兰洁琳颖红伟强军涛刚飞凯帅龙国志",
    "張劉陳楊趙吳孫馬羅鄭謝許韓馮鄧蕭鍾譚陸範汪賈鄒侯龍麗靜豔娟華蘭潔琳穎紅偉強軍濤剛飛凱帥龍國志",
)
WAYS = ("other_document", "phone_digit", "homophone", "traditional", "birth_swapped")


def is_possible(person: Person, way: str) -> bool:
    """Tell whether somebody has a name or a birthday that can be written in this other way."""
    if way == "homophone":
        return person.name.translate(HOMOPHONES) != person.name
    if way == "traditional":
        return person.name.translate(TRADITIONAL) != person.name
    return way != "birth_swapped" or _swapped(person.birth_date) is not None


def double(person: Person, people: People, way: str) -> Person:
    """Return the same person as somebody else wrote it."""
    if way == "homophone":
        number = people.number("resident_card", person.birth_date, person.sex)
        return person.changed(name=person.name.translate(HOMOPHONES), number=number)
    if way == "traditional":
        name = person.name.translate(TRADITIONAL)
        return _abroad(person.changed(name=name), people, "hk_macau_permit")
    if way == "birth_swapped" and (born := _swapped(person.birth_date)) is not None:
        number = people.number("resident_card", born, person.sex)
        return person.changed(birth_date=born, number=number)
    other = _abroad(person, people, "passport")
    if way == "phone_digit":
        return other.changed(phone=_mistyped(person.phone, people.rng))
    return other


def _abroad(person: Person, people: People, kind: str) -> Person:
    number = people.number(kind, person.birth_date, person.sex)  # type: ignore[arg-type]
    return person.changed(kind=kind, number=number)


def _mistyped(phone: str, rng: random.Random) -> str:
    at = rng.randrange(3, len(phone))
    return phone[:at] + str((int(phone[at]) + rng.randrange(1, 10)) % 10) + phone[at + 1 :]


def _swapped(born: date) -> date | None:
    if born.day > 12 or born.day == born.month:
        return None
    return date(born.year, born.day, born.month)

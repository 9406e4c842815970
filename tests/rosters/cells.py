"""Cells as people write them: messy but right, or wrong in one planted way."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

from services.registration.rosters.reading.headings import COHORTS, DOCUMENT_KINDS, SEXES, TIES
from shared.town.identity_documents.reading import checksum_of
from tests.rosters.layouts import Cell
from tests.rosters.people import OLD_FORM, Person

Row = dict[str, Cell]

NEEDS_KIND = frozenset(("taiwan_permit",))
SELF_SPEAKING = frozenset(("resident_card", "residence_permit", "foreign_permanent_resident_card"))
_EPOCH = date(1899, 12, 30)
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789XHMEGABCDFIJKLNOPQRSTUVWYZ"}


def tidy(person: Person, rng: random.Random) -> Row:
    """A person's cells, some of them written messily; all mean what the person is."""
    kind = ""
    if person.kind in NEEDS_KIND or rng.random() < 0.3:
        kind = rng.choice(DOCUMENT_KINDS[person.kind])
    said = person.kind not in SELF_SPEAKING or person.form == OLD_FORM
    chance = rng.random()
    return {
        "name": _name(person.name, rng) if chance < 0.06 else person.name,
        "kind": kind,
        "number": _number(person, rng),
        "sex": rng.choice(SEXES[person.sex]) if said or chance < 0.7 else None,
        "birth_date": _day(person.birth_date, rng) if said or chance > 0.6 else None,
        "phone": _phone(person.phone, rng),
        "email": person.email,
        "address": f" {person.address}  " if chance > 0.97 else person.address,
        "tie": rng.choice(TIES[person.tie]),
        "cohort": rng.choice("、,;/；").join(rng.choice(COHORTS[c]) for c in person.cohorts),
        "cadre": person.cadre,
    }


def _name(name: str, rng: random.Random) -> str:
    if name.isascii():
        return f"  {name} "
    return rng.choice((f" {name}\u00a0", "　".join(name), f"{name} ", f"\u3000{name}"))


def _number(person: Person, rng: random.Random) -> Cell:
    number = person.number
    chance = rng.random()
    if chance > 0.12:
        return number
    if person.kind == "hk_macau_permit" and chance < 0.05:
        return f"{number}{rng.randrange(3):02d}"
    if person.kind == "taiwan_permit" and chance < 0.05:
        return f"{number}{rng.randrange(3):02d}({rng.choice('BD')})"
    if person.kind == "resident_card" and number[6:8] == "19" and chance < 0.02:
        stem = number[:6] + "19" + number[8:17]
        if stem + checksum_of(stem) == number:
            old = number[:6] + number[8:17]
            return int(old) if chance < 0.005 else old
    writings: tuple[Callable[[str], str], ...] = (
        lambda text: text.translate(_WIDE),
        lambda text: f"'{text}",
        lambda text: f" {text}\u3000",
        lambda text: f"{text[:6]} {text[6:14]} {text[14:]}".strip(),
        lambda text: text.lower(),
        lambda text: f"\ufeff{text}\u200b",
        lambda text: f"{text[:6]}-{text[6:]}",
    )
    return rng.choice(writings)(number)


def _day(day: date, rng: random.Random) -> Cell:
    chance = int(rng.random() * 10)
    if chance < 4:
        return f"{day:%Y-%m-%d}"
    if chance == 4:
        return day
    if chance == 5:
        return (day - _EPOCH).days
    return (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
    )[chance - 6]


def _phone(phone: str, rng: random.Random) -> Cell:
    if rng.random() > 0.12:
        return phone
    return rng.choice(
        (
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            f"+86 {phone}",
            f"86-{phone}",
            f" {phone}\u3000",
            phone.translate(_WIDE),
            int(phone),
        )
    )


# What is wrong, by its code: a change to the row, and the field whose column is told.

Spoil = Callable[[Row, Person, random.Random], None]


def _set(name: str, *values: Cell) -> Spoil:
    def spoil(row: Row, person: Person, rng: random.Random) -> None:
        row[name] = rng.choice(values)

    return spoil


def _checksum(row: Row, person: Person, rng: random.Random) -> None:
    at = rng.randrange(14)
    wrong = str((int(person.number[at]) + rng.randrange(1, 9)) % 10)
    row["number"] = person.number[:at] + wrong + person.number[at + 1 :]


def _excel(row: Row, person: Person, rng: random.Random) -> None:
    kept = int(person.number[:15]) * 1000
    row["number"] = rng.choice((float(kept), f"{kept:.5E}", f"{kept:.2E}"))


def _length(row: Row, person: Person, rng: random.Random) -> None:
    row["number"] = person.number[:16] if rng.random() < 0.5 else f"{person.number[:17]}23"


def _characters(row: Row, person: Person, rng: random.Random) -> None:
    row["number"] = person.number[:10] + rng.choice("*OlI") + person.number[11:]


def _birth_date(row: Row, person: Person, rng: random.Random) -> None:
    stem = person.number[:10] + rng.choice(("1332", "0230", "0000")) + person.number[14:17]
    row["number"] = stem + checksum_of(stem)


def _division(row: Row, person: Person, rng: random.Random) -> None:
    stem = rng.choice(("00", "10", "47", "77")) + person.number[2:17]
    row["number"] = stem + checksum_of(stem)


def _sex_disagrees(row: Row, person: Person, rng: random.Random) -> None:
    row["sex"] = "女" if person.sex == "male" else "男"


def _date_disagrees(row: Row, person: Person, rng: random.Random) -> None:
    other = person.birth_date.replace(year=person.birth_date.year - 1, day=1)
    row["birth_date"] = f"{other:%Y-%m-%d}"


def _shape(row: Row, person: Person, rng: random.Random) -> None:
    row["kind"], row["sex"] = rng.choice(("护照", "台胞证", "回乡证")), "男"
    row["birth_date"] = f"{person.birth_date:%Y-%m-%d}"


CARD_FAULTS: dict[str, tuple[str, Spoil]] = {
    "missing": ("number", _set("number", None, "", "　")),
    "excel_damage": ("number", _excel),
    "checksum": ("number", _checksum),
    "length": ("number", _length),
    "characters": ("number", _characters),
    "birth_date": ("number", _birth_date),
    "division": ("number", _division),
    "shape": ("number", _shape),
    "sex_disagrees": ("sex", _sex_disagrees),
    "date_disagrees": ("birth_date", _date_disagrees),
    "document_kind": ("kind", _set("kind", "驾驶证", "借书证")),
    "name_missing": ("name", _set("name", None, " ")),
    "name": ("name", _set("name", "12345", "=SUM(A1)", "@甲")),
    "tie_missing": ("tie", _set("tie", None, "")),
    "tie": ("tie", _set("tie", "亲戚", "路过")),
    "sex": ("sex", _set("sex", "未知", "x")),
    "cohort": ("cohort", _set("cohort", "宇航员", "党员、宇航员")),
    "phone": ("phone", _set("phone", "无", "见上", "12")),
    "phone_length": ("phone", _set("phone", "1001234567", "100123456789", 100123456789)),
    "email": ("email", _set("email", "没有", "a@b", "a b c")),
    "address": ("address", _set("address", "东" * 201)),
}
"""Faults of a row whose document is a resident card."""

PASSPORT_FAULTS: dict[str, tuple[str, Spoil]] = {
    "sex_missing": ("sex", _set("sex", None, " ")),
    "date_missing": ("birth_date", _set("birth_date", None, "")),
    "date": ("birth_date", _set("birth_date", "03/04/1980", "不详", "80-3-4", "1980-02-30")),
}
"""Faults of a row whose document carries neither date of birth nor sex."""

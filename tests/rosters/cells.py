"""Cells as people write them: messy but right, left out or marked, or wrong in one planted way."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

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
    if not phone or rng.random() > 0.12:
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
    "name_missing": ("name", _set("name", None, " ")),
    "name": ("name", _set("name", "12345", "=SUM(A1)", "@甲")),
    "name_two": ("name", _set("name", "赵六、赵七", "赵六，赵七", "赵六 赵七")),
    "name_called": ("name", _set("name", "周先生", "李女士", "张三之妻")),
    "name_sign": ("name", _set("name", "演\ue123练", "演?练")),
}
"""Faults of a row whose document is a resident card."""

PASSPORT_FAULTS: dict[str, tuple[str, Spoil]] = {
    "sex_missing": ("sex", _set("sex", None, " ")),
    "sex": ("sex", _set("sex", "x.", "人")),
    "document_kind": ("kind", _set("kind", "驾驶证", "借书证")),
    "date_missing": ("birth_date", _set("birth_date", None, "")),
    "date": ("birth_date", _set("birth_date", "03/04/1980", "不详", "80-3-4", "1980-02-30")),
}
"""Faults of a row whose document carries neither date of birth nor sex."""


# What refuses nobody: the note it gives, the change to the row, and what of the person is not known then.

SLIPS: dict[str, tuple[Spoil, dict[str, Any]]] = {
    "phone_left_out": (
        _set("phone", "见上", "12", "1001234567", "100123456789", 100123456789),
        {"phone": ""},
    ),
    "email_left_out": (_set("email", "a@b", "a b c", "见微信"), {"email": ""}),
    "address_left_out": (_set("address", "东" * 201), {"address": ""}),
    "cohort_unread": (_set("cohort", "宇航员", "外星人、宇航员"), {"cohorts": ()}),
    "sex_unread": (_set("sex", "x.", "人"), {}),
    "kind_unread": (_set("kind", "驾驶证", "借书证"), {}),
    "birth_unread": (_set("birth_date", "1979-05", "03/04/1980"), {}),
    "nothing": (_set("phone", "无", "/", "-", "没有", "空号"), {"phone": ""}),
}


def _beside_name(*said: str) -> Spoil:
    def spoil(row: Row, person: Person, rng: random.Random) -> None:
        row["name"] = person.name + rng.choice(said)

    return spoil


def _beside_phone(row: Row, person: Person, rng: random.Random) -> None:
    row["phone"] = f"{person.phone}{rng.choice(('（儿子）', '（本人）', '女儿'))}"


# What is said beside the facts: the change to the row, and the mark it makes ("" for none).
BESIDE: dict[str, tuple[Spoil, str]] = {
    "died": (_set("remark", "死亡", "已故", "2023年去世"), "died"),
    "died_name": (_beside_name("（已故）", "(死亡)"), "died"),
    "moved_away": (_set("remark", "迁出", "迁往外县", "已搬走"), "moved_away"),
    "not_found": (_set("remark", "查无此人"), "not_found"),
    "away": (_set("remark", "外出务工", "广东打工"), "away"),
    "vaccinated": (_set("remark", "已打第一针", "外地接种"), "vaccinated"),
    "pregnant": (_set("remark", "怀孕", "孕妇"), "pregnant"),
    "allergic": (_set("remark", "青霉素过敏", "有过敏史"), "allergic"),
    "ill": (_set("remark", "癫痫", "高血压，暂缓"), "ill"),
    "denied": (_set("remark", "未怀孕", "无过敏史", "没有打过", "正常"), ""),
    "relation": (_beside_name("（户主）", "(妻)", "*", "\n（长女）"), ""),
    "phone_words": (_beside_phone, ""),
}

"""Reading a document number of any kind (R08).

What the numbers look like, and who says so:

- resident identity card, GB 11643-1999: 18 characters with date of birth, sex and the check character
  of ISO 7064 MOD 11-2 (`stdnum.cn.ric`); 15 digits before 1999, the century left out (GB 11643-1989).
- residence permit for people from Hong Kong, Macau and Taiwan, State Council 2018: the same form,
  its first digits 81, 82 or 83 (83 is in no list of divisions, thus not in `stdnum.cn.loc`).
- travel permit for Hong Kong and Macau residents, "港澳居民来往内地通行证号码规则", Ministry of Public
  Security: H or M and 8 digits that a person keeps for life, on cards until 2013 followed by 2 digits
  that count the renewals. They are cut off, so that a renewed permit is the same person.
- travel permit for Taiwan residents, announced 2008-09: 8 digits kept for life; on earlier ones 2 digits
  for the renewals and the issuer's letter in brackets follow. They are cut off too.
- passport, ICAO Doc 9303: at most 9 letters and digits, no check digit within the number.
- foreign permanent resident identity card, National Immigration Administration, "新版外国人永久居留
  身份证机读信息规则(2023版)": since December 2023 9, province (2), country (3), date of birth (8), order (3)
  and the identity card's check character, as in 932682198501010017; before that the country's three
  letters, place (4), date of birth (6), one digit and a check digit, as in KAZ110090123105. That check
  digit is the one of machine-readable passports (ICAO Doc 9303: weights 7, 3, 1, letters from A = 10),
  which the published specimen has. Its year has two digits, so that the date must be said beside it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from stdnum import numdb
from stdnum.cn import ric

from shared.town.identity_documents.bad import BadDocument, bad_shape, misshapen
from shared.town.identity_documents.kinds import KINDS, Document, Kind
from shared.town.identity_documents.numbers import is_number_cell, looks_excel_damaged, normalised

_LONG = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
_HK_MACAU = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
_TAIWAN = re.compile(r"[0-9]{8}(?:[0-9]{2}(?:\([A-Z0-9]\))?)?")
_TAIWAN_ALONE = re.compile(r"[0-9]{10}\([A-Z0-9]\)")
_PASSPORT = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,9}")
_PASSPORT_ALONE = re.compile(r"[A-Z]{1,2}[0-9]{6,8}")
_AMBIGUOUS = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,10}")
_TAIWAN_PROVINCE = "83"
_OLDEST = 1880
"""No living person was born before."""

_CARD_LIKE: frozenset[str] = frozenset(
    ("resident_card", "residence_permit", "foreign_permanent_resident_card")
)


def read_document(text: str, kind: str | None = None) -> Document:
    """Read a number as people write it; raise `BadDocument`.

    `kind` is one of `KINDS` where somebody said it, else the number must tell. Full-width characters,
    spaces, hyphens, apostrophes and small letters are put right. Where the number has the identity
    card's form, the number decides which of the three documents of that form it is. H and M with
    eight digits are taken for a travel permit unless a passport is said (Hong Kong's passports may
    look the same, but are not what people travel to the mainland on).

    The division must lie in a known province; its county is not compared with the year of birth,
    because a card carries the county of the day the number was given, not of the birth.
    """
    number = normalised(text)
    if not number:
        raise BadDocument("missing")
    if kind is None or kind in _CARD_LIKE:
        if _LONG.fullmatch(number):
            return _card_like(number, kind)
        if kind != "foreign_permanent_resident_card" and _OLD.fullmatch(number):
            return _old_card(number, kind)
        if _OLD_FOREIGN.fullmatch(number):
            return _old_foreign(number, kind)
        if is_number_cell(number):
            raise BadDocument("excel_damage")
    if kind is None:
        return _told_by_number(number)
    if kind not in KINDS:
        raise ValueError(kind)
    return _as_said(number, kind)


def fits_birth(document: Document, birth_date: date) -> bool:
    """Tell whether a date of birth said beside a document agrees with its number."""
    if document.birth_date is not None:
        return document.birth_date == birth_date
    if _OLD_FOREIGN.fullmatch(document.number):
        return document.number[7:13] == f"{birth_date:%y%m%d}"
    return True


def checksum_of(stem: str) -> str:
    """Return the 18th character for the 17 digits before it."""
    return ric.calc_check_digit(stem + "0")


def old_foreign_check_digit(stem: str) -> str:
    """Return the last digit of an old foreign permanent resident card for the 14 signs before it."""
    return str(sum(int(sign, 36) * (7, 3, 1)[at % 3] for at, sign in enumerate(stem)) % 10)


def _card_like(number: str, said: str | None, mended: tuple[str, ...] = ()) -> Document:
    if ric.calc_check_digit(number) != number[-1]:
        raise (
            BadDocument("excel_damage") if looks_excel_damaged(number) else BadDocument("checksum")
        )
    birth_date = _born(number[6:10], number[10:12], number[12:14])
    kind: Kind = "resident_card"
    province = number[:2]
    if number[0] == "9":
        kind, province = "foreign_permanent_resident_card", number[1:3]
    elif province in ("81", "82", _TAIWAN_PROVINCE):
        kind = "residence_permit"
    if not _is_province(province):
        raise BadDocument("division")
    if said is not None and said != kind:
        mended = (*mended, "other_kind")
    return Document(kind, number, birth_date, "male" if number[16] in "13579" else "female", mended)


def _old_card(number: str, said: str | None) -> Document:
    stem = f"{number[:6]}19{number[6:]}"
    return _card_like(stem + checksum_of(stem), said, ("old_number",))


def _old_foreign(number: str, said: str | None) -> Document:
    if old_foreign_check_digit(number[:-1]) != number[-1]:
        raise BadDocument("checksum")
    _born("20" + number[7:9], number[9:11], number[11:13], "19" + number[7:9])
    if not _is_province(number[3:5]):
        raise BadDocument("division")
    kind: Kind = "foreign_permanent_resident_card"
    return Document(kind, number, mended=("other_kind",) if said not in (None, kind) else ())


def _told_by_number(number: str) -> Document:
    if _HK_MACAU.fullmatch(number):
        return _as_said(number, "hk_macau_permit")
    if _TAIWAN_ALONE.fullmatch(number):
        return _as_said(number, "taiwan_permit")
    if _PASSPORT_ALONE.fullmatch(number):
        return _as_said(number, "passport")
    if _AMBIGUOUS.fullmatch(number):
        raise BadDocument("unknown_kind")
    raise misshapen(number)


def _as_said(number: str, kind: Kind) -> Document:
    if kind == "hk_macau_permit" and _HK_MACAU.fullmatch(number):
        return Document(kind, number[:9], mended=("renewals",) if len(number) > 9 else ())
    if kind == "taiwan_permit" and _TAIWAN.fullmatch(number):
        return Document(kind, number[:8], mended=("renewals",) if len(number) > 8 else ())
    if kind == "passport" and _PASSPORT.fullmatch(number):
        return Document(kind, number)
    if kind == "resident_card":
        raise misshapen(number)
    raise bad_shape(kind)


def _born(year: str, month: str, day: str, other_year: str = "") -> date:
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        if not other_year:
            raise BadDocument("birth_date") from None
        return _born(other_year, month, day)
    if born.year < _OLDEST:
        raise BadDocument("birth_date")
    return born


@lru_cache(maxsize=128)
def _is_province(code: str) -> bool:
    return code == _TAIWAN_PROVINCE or bool(numdb.get("cn/loc").info(code)[0][1])

"""Documents of every kind: read to the right birth date and sex, one wrong digit never passes (R08)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.town.identity_documents import (
    KINDS,
    BadDocument,
    Document,
    Kind,
    fits_birth,
    read_document,
)
from shared.town.identity_documents.reading import old_foreign_check_digit

CHECKED = ("resident_card", "residence_permit", "foreign_permanent_resident_card")
PLACES = {
    "resident_card": ("420000", "110100", "650000"),
    "residence_permit": ("810000", "820000", "830000"),
    "foreign_permanent_resident_card": ("932682", "942250", "911840"),
}
SPECIMEN = "932682198501010017"
OLD_SPECIMEN = "KAZ110090123105"
"""Numbers on the specimens that the National Immigration Administration has published."""

DAYS = st.dates(date(1900, 1, 1), date(2024, 12, 31))


@st.composite
def eighteen(draw: st.DrawFn, kinds: tuple[str, ...] = CHECKED) -> tuple[str, Document]:
    kind = draw(st.sampled_from(kinds))
    born, order = draw(DAYS), draw(st.integers(0, 999))
    stem = f"{draw(st.sampled_from(PLACES[kind]))}{born:%Y%m%d}{order:03d}"
    number = stem + ric.calc_check_digit(stem + "0")
    return number, Document(kind, number, born, "male" if order % 2 else "female")  # type: ignore[arg-type]


@st.composite
def old_foreign(draw: st.DrawFn) -> tuple[str, date]:
    born = draw(DAYS)
    letters = "".join(draw(st.lists(st.sampled_from("ABKRUSZ"), min_size=3, max_size=3)))
    stem = f"{letters}4201{born:%y%m%d}{draw(st.integers(0, 9))}"
    return stem + old_foreign_check_digit(stem), born


PERMITS = st.from_regex(r"[HM][0-9]{8}", fullmatch=True)
TAIWAN = st.from_regex(r"[0-9]{8}", fullmatch=True)
PASSPORTS = st.from_regex(r"[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[A-Z]{2}[0-9]{7}", fullmatch=True)


@st.composite
def of_any_kind(draw: st.DrawFn) -> tuple[str, Kind]:
    which = draw(st.integers(0, 4))
    if which == 0:
        number, document = draw(eighteen())
        return number, document.kind
    if which == 1:
        return draw(old_foreign())[0], "foreign_permanent_resident_card"
    if which == 2:
        return draw(PERMITS), "hk_macau_permit"
    if which == 3:
        return draw(TAIWAN), "taiwan_permit"
    return draw(PASSPORTS), "passport"


def code_of(text: str, kind: str | None = None) -> str:
    with pytest.raises(BadDocument) as refused:
        read_document(text, kind)
    return refused.value.code


def test_published_specimens_are_read():
    new = read_document(SPECIMEN)
    assert (new.kind, new.birth_date, new.sex) == (
        "foreign_permanent_resident_card",
        date(1985, 1, 1),
        "male",
    )
    old = read_document(OLD_SPECIMEN)
    assert (old.kind, old.birth_date, old.sex) == ("foreign_permanent_resident_card", None, None)
    assert fits_birth(old, date(1990, 12, 31))
    assert not fits_birth(old, date(1990, 12, 30))


@given(eighteen(), st.sampled_from((None, *CHECKED)))
def test_the_number_tells_kind_birth_date_and_sex(pair: tuple[str, Document], said: str | None):
    number, document = pair
    read = read_document(number, said)
    assert read == document
    assert read.mended == (("other_kind",) if said not in (None, document.kind) else ())
    assert fits_birth(read, document.birth_date or date.min)


@given(eighteen(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_refused(pair: tuple[str, Document], at: int, shift: int):
    number = pair[0]
    assume(number[at] != "X")
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    assert code_of(wrong) in {"checksum", "excel_damage"}
    assert code_of(wrong, pair[1].kind) in {"checksum", "excel_damage"}


@given(old_foreign(), st.integers(3, 14), st.integers(1, 9))
def test_one_wrong_digit_of_an_old_permanent_residence_is_refused(
    pair: tuple[str, date], at: int, shift: int
):
    number, born = pair
    assert fits_birth(read_document(number), born)
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    assert code_of(wrong) == "checksum"


@given(st.sampled_from(PLACES["resident_card"]), st.dates(date(1900, 1, 1), date(1999, 12, 31)))
def test_fifteen_digits_become_the_eighteen_of_the_same_person(place: str, born: date):
    stem = f"{place}{born:%Y%m%d}123"
    number = stem + ric.calc_check_digit(stem + "0")
    read = read_document(number[:6] + number[8:17])
    assert read == Document("resident_card", number, born, "male")
    assert read.mended == ("old_number",)


@given(of_any_kind(), st.data())
def test_how_a_number_is_written_never_matters(pair: tuple[str, Kind], data: st.DataObject):
    number, kind = pair
    said = kind if kind == "taiwan_permit" else data.draw(st.sampled_from((None, kind)))
    assume(said is not None or kind != "passport" or number[0] not in "HM")
    before = read_document(number, said)
    at = data.draw(st.integers(0, len(number)))
    noise = data.draw(st.sampled_from((" ", "\u3000", "'", "\u200b", "-", "\n", "\ufeff", "’")))
    written = number[:at] + noise + number[at:]
    if data.draw(st.booleans()):
        written = written.lower()
    if data.draw(st.booleans()):
        written = "".join(
            chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in written
        )
    after = read_document(written, said)
    assert after == before
    assert (after.kind, after.number) == (kind, number)


@given(PERMITS, st.from_regex(r"[0-9]{2}", fullmatch=True))
def test_a_renewed_permit_is_the_same_person(number: str, times: str):
    renewed = read_document(number + times)
    assert (renewed, renewed.mended) == (read_document(number), ("renewals",))


@pytest.mark.parametrize(
    "written", ["0123456701(B)", "０１２３４５６７０１（B）", "01234567 01 (b)"]
)
def test_an_old_taiwan_permit_is_known_by_its_issuer(written: str):
    assert read_document(written) == Document("taiwan_permit", "01234567")


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("01234567", None, "unknown_kind"),
        ("123456789", None, "unknown_kind"),
        ("ABC12345", None, "unknown_kind"),
        ("1234567", "taiwan_permit", "shape"),
        ("H1234567", "hk_macau_permit", "shape"),
        ("E1234567890", "passport", "shape"),
        ("ABCDEFG", "passport", "shape"),
        ("420000199001010264", "passport", "shape"),
        ("", "passport", "missing"),
        ("E12345678", "residence_permit", "shape"),
        ("12345", "foreign_permanent_resident_card", "shape"),
        ("12345", "resident_card", "length"),
        ("4.2E+17", "resident_card", "excel_damage"),
        ("KAZ110090133105", None, "checksum"),
        ("KAZ1100901231050", None, "characters"),
    ],
)
def test_other_numbers_are_refused_with_their_reason(text: str, kind: str | None, code: str):
    assert code_of(text, kind) == code


def test_an_old_permanent_residence_has_a_real_day_and_province():
    for stem, code in (("KAZ11009013320", "birth_date"), ("KAZ00009012310", "division")):
        assert code_of(stem + old_foreign_check_digit(stem)) == code


@given(
    st.text(max_size=24) | st.text("0123456789HMEGX().-", max_size=20),
    st.sampled_from((None, *KINDS)),
)
def test_any_text_is_read_or_explained(text: str, kind: str | None):
    try:
        read = read_document(text, kind)
    except BadDocument as refused:
        assert refused.zh.endswith("。")
        assert refused.en.endswith(".")
    else:
        assert read_document(read.number, read.kind).number == read.number


def test_a_kind_that_does_not_exist_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="driving"):
        read_document("E12345678", "driving")

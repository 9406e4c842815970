"""Thirty things that clerks do to a roster, none of which changes who stands on it.

Each has tags: two that share one do not go together.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count

from tests.rosters.drafts import Draft, Record, born_in_1900, born_in_1904

Disturb = Callable[[Draft, random.Random], None]
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789X"}
_UNASSIGNED = "101"


def _some(draft: Draft, rng: random.Random, share: float = 0.4) -> list[Record]:
    return [record for record in draft.records if rng.random() < share]


def _is_han(record: Record) -> bool:
    return not str(record["name"]).isascii()


def moved_columns(draft: Draft, rng: random.Random) -> None:
    rng.shuffle(draft.fields)


def extra_columns(draft: Draft, rng: random.Random) -> None:
    for of, value in (("nation", "汉"), ("school", "初中"), ("householder", None)):
        draft.fields.insert(rng.randrange(len(draft.fields) + 1), of)
        for record in draft.records:
            record[of] = record["name"] if value is None else value


def sorted_people(draft: Draft, rng: random.Random) -> None:
    both = sorted(
        zip(draft.people, draft.records, strict=True), key=lambda each: each[0].number[::-1]
    )
    draft.people, draft.records = [each for each, _ in both], [each for _, each in both]


def serial_numbers(draft: Draft, rng: random.Random) -> None:
    draft.fields.insert(0, "serial")


def merged_addresses(draft: Draft, rng: random.Random) -> None:
    draft.address = "merged"


def ditto_marks(draft: Draft, rng: random.Random) -> None:
    draft.address = "ditto"


def household_blocks(draft: Draft, rng: random.Random) -> None:
    draft.address = "household"


def side_by_side(draft: Draft, rng: random.Random) -> None:
    draft.beside = rng.choice((2, 2, 3))
    draft.gap = rng.randrange(2)


def beneath(draft: Draft, rng: random.Random) -> None:
    draft.beneath = rng.choice((2, 3))


def several_sheets(draft: Draft, rng: random.Random) -> None:
    draft.sheets = rng.choice((2, 3))


def title_rows(draft: Draft, rng: random.Random) -> None:
    draft.title_rows = rng.choice((1, 2, 3))


def two_heading_rows(draft: Draft, rng: random.Random) -> None:
    draft.two_rows = True


def blank_rows(draft: Draft, rng: random.Random) -> None:
    draft.blank_every = rng.choice((3, 7))


def page_footers(draft: Draft, rng: random.Random) -> None:
    draft.page_every = rng.choice((5, 8))


def hidden_rows(draft: Draft, rng: random.Random) -> None:
    draft.hidden_every = rng.choice((2, 5))


def totals(draft: Draft, rng: random.Random) -> None:
    people = len(draft.people)
    draft.totals += [
        ["合计", people, f"{people}人"],
        ["总计", "男3人", "女3人"],
        [None, "村负责人签字：", None, "（盖章）"],
        ["制表人：演练甲", None, "审核人：演练乙"],
        ["2024年3月1日"],
    ]


def sample_row(draft: Draft, rng: random.Random) -> None:
    draft.samples.append(
        {"name": "张三（示例）", "number": "110000199001019018", "sex": "男", "tie": "户籍"}
    )


def empty_columns(draft: Draft, rng: random.Random) -> None:
    draft.empty_columns = 4


def wide_digits(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["number"] = str(record["number"]).translate(_WIDE)


def quotes_before_numbers(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["number"] = rng.choice("'`‘’") + str(record["number"])


def lower_case_x(draft: Draft, rng: random.Random) -> None:
    for record in draft.records:
        record["number"] = str(record["number"]).lower()


def spaced_numbers(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        number = str(record["number"])
        if len(number) == 18:
            record["number"] = f"{number[:6]} {number[6:14]} {number[14:]}"


def spaces_in_names(draft: Draft, rng: random.Random) -> None:
    for record in filter(_is_han, _some(draft, rng)):
        name = str(record["name"])
        record["name"] = rng.choice(("　".join(name), f" {name}\u00a0", " ".join(name)))


def notes_in_names(draft: Draft, rng: random.Random) -> None:
    for record in filter(_is_han, _some(draft, rng)):
        record["name"] = f"{record['name']}{rng.choice(('（户主）', '(妻)', '（儿媳）', '*'))}"


def zero_width(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["name"] = f"{record['name']}\u200b"
    draft.titles["name"] += "\ufeff"


def written_phones(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        phone = str(record["phone"])
        record["phone"] = rng.choice(
            (f"+86 {phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone} ", int(phone))
        )


def phone_words(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["phone"] = f"{record['phone']}（儿子）"


def two_phone_columns(draft: Draft, rng: random.Random) -> None:
    titles = (("手机号", "联系电话"), ("电话1", "电话2"), ("联系电话", "电话"))
    draft.titles["phone"], draft.titles["more_phone"] = rng.choice(titles[:: rng.choice((1, 2))])
    draft.fields.insert(rng.randrange(len(draft.fields) + 1), "more_phone")
    numbers = count(rng.randrange(10**7))
    for person, record in zip(draft.people, draft.records, strict=True):
        if rng.random() < 0.5:
            more = f"{_UNASSIGNED}{next(numbers):08d}"
            record["more_phone"] = more
            draft.phones[person.number].append(more)


def tie_words(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["tie"] = rng.choice(("本村", "外来", "说不清", None))


def no_tie(draft: Draft, rng: random.Random) -> None:
    draft.fields.remove("tie")


def remark_marks(draft: Draft, rng: random.Random) -> None:
    for record in _some(draft, rng):
        record["remark"] = rng.choice(("外出务工", "怀孕", "已打第一针", "在家"))


def counted_days(draft: Draft, rng: random.Random) -> None:
    for person, record in zip(draft.people, draft.records, strict=True):
        record["birth_date"] = born_in_1900(person.birth_date)


def days_of_1904(draft: Draft, rng: random.Random) -> None:
    draft.date1904 = True
    for person, record in zip(draft.people, draft.records, strict=True):
        record["birth_date"] = (
            born_in_1904(person.birth_date) if rng.random() < 0.5 else person.birth_date
        )


def old_excel(draft: Draft, rng: random.Random) -> None:
    draft.kind = "xls"


def in_gb18030(draft: Draft, rng: random.Random) -> None:
    draft.kind = "csv-gb18030"


def with_a_mark(draft: Draft, rng: random.Random) -> None:
    draft.kind = rng.choice(("csv-bom", "csv-utf8"))


_TEXT = frozenset(("file", "merge", "hide", "sheets", "1904"))
DISTURBANCES: dict[Disturb, frozenset[str]] = {
    moved_columns: frozenset(("order",)),
    extra_columns: frozenset(),
    sorted_people: frozenset(),
    serial_numbers: frozenset(("first",)),
    merged_addresses: frozenset(("address", "merge")),
    ditto_marks: frozenset(("address",)),
    household_blocks: frozenset(("address",)),
    side_by_side: frozenset(),
    beneath: frozenset(("beneath", "top")),
    several_sheets: frozenset(("sheets",)),
    title_rows: frozenset(),
    two_heading_rows: frozenset(("order", "top")),
    blank_rows: frozenset(),
    page_footers: frozenset(),
    hidden_rows: frozenset(("hide",)),
    totals: frozenset(),
    sample_row: frozenset(),
    empty_columns: frozenset(),
    wide_digits: frozenset(("number",)),
    quotes_before_numbers: frozenset(("number",)),
    lower_case_x: frozenset(("number",)),
    spaced_numbers: frozenset(("number",)),
    spaces_in_names: frozenset(("name",)),
    notes_in_names: frozenset(("name",)),
    zero_width: frozenset(("name",)),
    written_phones: frozenset(("phone",)),
    phone_words: frozenset(("phone",)),
    two_phone_columns: frozenset(("phones",)),
    tie_words: frozenset(("tie",)),
    no_tie: frozenset(("tie",)),
    remark_marks: frozenset(),
    counted_days: frozenset(("1904",)),
    days_of_1904: frozenset(("1904",)),
    old_excel: frozenset(("file",)),
    in_gb18030: _TEXT,
    with_a_mark: _TEXT,
}


def disturbed(
    draft: Draft, rng: random.Random, most: int, without: frozenset[Disturb]
) -> list[str]:
    """Disturb a draft in `most` ways that go together, and tell which."""
    taken: set[str] = set()
    chosen: list[Disturb] = []
    for disturb in rng.sample(list(DISTURBANCES), len(DISTURBANCES)):
        if disturb not in without and not DISTURBANCES[disturb] & taken and len(chosen) < most:
            chosen.append(disturb)
            taken |= DISTURBANCES[disturb]
    for disturb in sorted(chosen, key=list(DISTURBANCES).index):
        disturb(draft, rng)
    return [disturb.__name__ for disturb in chosen]

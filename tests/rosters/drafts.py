"""A roster before it is written: who stands on it, and how its sheets are to look."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tests.rosters.layouts import Cell, Page
from tests.rosters.people import Person

Record = dict[str, Cell]
FIELDS = ("name", "kind", "number", "sex", "birth_date", "phone", "address", "tie", "remark")
TITLES = {
    "name": "姓名",
    "kind": "证件类型",
    "number": "证件号码",
    "sex": "性别",
    "birth_date": "出生日期",
    "phone": "手机号",
    "more_phone": "联系电话",
    "address": "住址",
    "tie": "类别",
    "remark": "备注",
    "nation": "民族",
    "school": "文化程度",
    "householder": "户主姓名",
    "serial": "序号",
}
GROUPS = (
    ("基本信息", ("name", "kind", "number", "sex", "birth_date")),
    ("联系情况", ("phone", "address")),
)
KINDS = {
    "resident_card": "身份证",
    "passport": "护照",
    "hk_macau_permit": "港澳居民通行证",
    "taiwan_permit": "台胞证",
    "residence_permit": "居住证",
    "foreign_permanent_resident_card": "永久居留证",
}


@dataclass(slots=True)
class Draft:
    """People in their order with the cells that are written of them; `phones` are all they have."""

    people: list[Person]
    records: list[Record]
    phones: dict[str, list[str]]
    fields: list[str] = field(default_factory=lambda: list(FIELDS))
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    kind: str = "xlsx"
    address: str = ""
    sheets: int = 1
    beside: int = 1
    beneath: int = 1
    title_rows: int = 0
    two_rows: bool = False
    blank_every: int = 0
    page_every: int = 0
    hidden_every: int = 0
    totals: list[list[Cell]] = field(default_factory=list[list[Cell]])
    samples: list[Record] = field(default_factory=list[Record])
    empty_columns: int = 0
    gap: int = 0
    date1904: bool = False


@dataclass(slots=True)
class Block:
    """One table: its rows, merged ranges and where people stand, counted from its first cell."""

    rows: list[list[Cell]] = field(default_factory=list[list[Cell]])
    merged: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])
    places: dict[str, int] = field(default_factory=dict[str, int])


Places = dict[str, tuple[str, int]]
"""Sheet and row of a person, by the number of the document."""


def clean(people: list[Person]) -> Draft:
    """A roster without anything that disturbs."""
    records: list[Record] = [
        {
            "name": person.name,
            "kind": KINDS[person.kind],
            "number": person.number,
            "sex": "男" if person.sex == "male" else "女",
            "birth_date": f"{person.birth_date:%Y-%m-%d}",
            "phone": person.phone,
            "address": person.address,
            "tie": "户籍",
            "remark": None,
        }
        for person in people
    ]
    return Draft(people, records, {person.number: [person.phone] for person in people})


def pages_of(draft: Draft) -> tuple[list[Page], Places]:
    """The sheets of a draft and where everybody stands."""
    pages: list[Page] = []
    places: Places = {}
    for n, part in enumerate(_parts(list(range(len(draft.people))), draft.sheets)):
        page = Page(f"{n + 1}组")
        levels = [_beside(draft, each, n) for n, each in enumerate(_parts(part, draft.beneath))]
        for title in range(draft.title_rows):
            page.rows.append(["演练名册" if not title else "填表说明：请如实填写"])
        for block in levels:
            top = len(page.rows)
            page.rows += block.rows
            page.merged += [(a + top, b, c + top, d) for a, b, c, d in block.merged]
            places |= {number: (page.name, top + row + 1) for number, row in block.places.items()}
        width = max(map(len, page.rows)) + draft.empty_columns
        page.rows = [[*cells, *[None] * (width - len(cells))] for cells in page.rows]
        if draft.title_rows and width > 1:
            page.merged.append((0, 0, 0, width - 1))
        if draft.hidden_every:
            page.hidden_rows = set(range(draft.title_rows + 3, len(page.rows), draft.hidden_every))
        pages.append(page)
    return pages, places


def _parts(of: list[int], count: int) -> list[list[int]]:
    size = -(-len(of) // count)
    return [of[at : at + size] for at in range(0, len(of), size)]


def _beside(draft: Draft, part: list[int], level: int) -> Block:
    halves = [_block(draft, each, level) for each in _parts(part, draft.beside)]
    whole = Block()
    left = 0
    height = max(len(half.rows) for half in halves)
    whole.rows = [[] for _ in range(height)]
    for half in halves:
        width = max(map(len, half.rows))
        for row, cells in enumerate(whole.rows):
            own = half.rows[row] if row < len(half.rows) else []
            cells += [None] * (left - len(cells)) + [*own, *[None] * (width - len(own))]
        whole.merged += [(a, b + left, c, d + left) for a, b, c, d in half.merged]
        whole.places |= half.places
        left += width + draft.gap
    return whole


def _block(draft: Draft, part: list[int], level: int) -> Block:
    """A table with its heading; beneath another its columns stand the other way round."""
    block = Block()
    columns = draft.fields[::-1] if level % 2 else draft.fields
    _heading(block, draft, columns)
    heading = [list(cells) for cells in block.rows]
    for record in draft.samples:
        block.rows.append([record.get(of) for of in columns])
    before: Cell = None
    for n, at in enumerate(part):
        person, record = draft.people[at], dict(draft.records[at])
        if draft.blank_every and n and n % draft.blank_every == 0:
            block.rows.append([None] * len(columns))
            before = None
        if draft.page_every and n and n % draft.page_every == 0:
            block.rows.append([f"第{n // draft.page_every}页 共9页", *[None] * (len(columns) - 1)])
            if not draft.two_rows:
                block.rows += [list(cells) for cells in heading]
            before = None
        record["serial"] = n + 1
        before = _address(block, draft, record, before, columns)
        block.places[person.number] = len(block.rows)
        block.rows.append([record.get(of) for of in columns])
    for total in draft.totals:
        block.rows.append([*total, *[None] * (len(columns) - len(total))])
    return block


def _address(block: Block, draft: Draft, record: Record, before: Cell, columns: list[str]) -> Cell:
    """Write the address as the draft wants it; return what the next one is compared with."""
    address, column = record["address"], columns.index("address")
    if draft.address == "household":
        if address != before:
            words = [f"户主：{record['name']}", f"住址：{address}"]
            block.rows.append(["  ".join(words), *[None] * (len(columns) - 1)])
            if draft.kind.startswith("xls"):
                at = len(block.rows) - 1
                block.merged.append((at, 0, at, len(columns) - 1))
        record["address"] = None
    elif address == before and draft.address == "ditto":
        record["address"] = ("同上", "〃", '"')[len(block.rows) % 3]
    elif address == before and draft.address == "merged":
        record["address"] = None
        row = len(block.rows)
        last = block.merged[-1] if block.merged else (0, 0, 0, 0)
        if last[1] == last[3] == column and last[2] == row - 1 and last[0] < last[2]:
            block.merged[-1] = (last[0], column, row, column)
        else:
            block.merged.append((row - 1, column, row, column))
    return address


def _heading(block: Block, draft: Draft, columns: list[str]) -> None:
    titles: list[Cell] = [draft.titles[of] for of in columns]
    if not draft.two_rows:
        block.rows.append(titles)
        return
    upper, lower = list(titles), [None] * len(columns)
    for group, names in GROUPS:
        at = [columns.index(of) for of in names if of in columns]
        if at and max(at) - min(at) == len(at) - 1:
            for column in at:
                lower[column], upper[column] = titles[column], None
            upper[min(at)] = group
            if len(at) > 1:
                block.merged.append((0, min(at), 0, max(at)))
    block.rows += [upper, lower]


def born_in_1904(born: date) -> int:
    """A day as a book counts it that begins in 1904."""
    return (born - date(1904, 1, 1)).days


def born_in_1900(born: date) -> int:
    """A day as other books count it."""
    return (born - date(1899, 12, 30)).days

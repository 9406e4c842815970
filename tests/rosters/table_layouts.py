"""Tables as villages lay them out: halves side by side, merged addresses, households, no tie, days from 1904."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from services.registration.rosters.reading.roster_heading import letters
from tests.rosters.cells import Row
from tests.rosters.entries import Entry
from tests.rosters.layouts import Cell, Layout, Page
from tests.rosters.planted import GOOD

MORE = "more_phone"
_DAYS_APART = 1462
_SERIALS = range(5_000, 60_000)
FOOTERS: tuple[tuple[Cell, ...], ...] = (
    ("总计", "男3人", "女3人"),
    ("第1页 共1页",),
    (None, "村负责人签字：", None, "（盖章）"),
    ("制表人：演练甲", None, "审核人：演练乙"),
    ("填报日期：2024年3月1日",),
)


@dataclass(frozen=True, slots=True)
class Tables:
    """How the tables of a file are laid out; `address` is plain, merged, ditto or household."""

    address: str = "plain"
    is_beside: bool = False
    has_more_phones: bool = False
    has_no_tie: bool = False
    is_1904: bool = False


PLAIN = Tables()


def tables_by_chance(rng: random.Random, number: int, of: Layout) -> tuple[Tables, Layout]:
    """How a file's tables are laid out; four files have every way with addresses."""
    address = ("merged", "ditto", "household", "plain")[number % 4]
    how = Tables(
        address="ditto" if of.is_csv and address == "merged" else address,
        is_beside=rng.random() < 0.4,
        has_more_phones=rng.random() < 0.5,
        has_no_tie=rng.random() < 0.3,
        is_1904=rng.random() < 0.4 and not of.is_csv,
    )
    columns = [of_ for of_ in of.columns if of_ != "tie" or not how.has_no_tie]
    titles = dict(of.titles)
    if how.has_more_phones:
        columns.append(MORE)
        titles |= {"phone": "手机号", MORE: "联系电话"}
    return how, replace(of, columns=tuple(columns), titles=titles)


def living_together(entries: list[Entry], how: Tables, rng: random.Random) -> list[Entry]:
    """The same list with people who share an address, and one tie where the file says none."""
    if how is PLAIN:
        return entries
    found: list[Entry] = []
    for entry in entries:
        person = entry.person
        if found and shares(entry) and shares(found[-1]) and rng.random() < 0.5:
            person = person.changed(address=found[-1].person.address)
        if how.has_no_tie:
            person = person.changed(tie="household")
        found.append(replace(entry, person=person))
    return found


def shares(entry: Entry) -> bool:
    """Whether nothing else is planted in a row."""
    return entry.role == GOOD and not entry.code


def laid_out(
    page: Page,
    of: Layout,
    how: Tables,
    entry: Entry,
    before: Entry | None,
    row: Row,
    rng: random.Random,
) -> Row:
    """Return a person's cells as the table has them; what belongs above them is on the page."""
    if how.is_1904 and isinstance(row["birth_date"], int) and row["birth_date"] in _SERIALS:
        row["birth_date"] -= _DAYS_APART
    if not shares(entry):
        return row
    if how.has_more_phones:
        chance = rng.random()
        row[MORE] = row["phone"] if chance < 0.5 else None
        row["phone"] = None if chance < 0.25 else row["phone"]
    is_same = (
        before is not None and shares(before) and before.person.address == entry.person.address
    )
    if how.address == "household":
        if not is_same:
            said = f"户主：{entry.person.name}  住址：{entry.person.address}"
            width = len(of.columns) + of.numbered + 1
            page.rows.append([said, *[None] * (width - 1)])
            page.merged.append((len(page.rows) - 1, 0, len(page.rows) - 1, width - 1))
        row["address"] = None
    elif is_same and how.address == "ditto":
        row["address"] = rng.choice(("同上", "〃", "″"))
    elif is_same and how.address == "merged":
        _merge(page, of.columns.index("address") + of.numbered)
        row["address"] = None
    return row


def _merge(page: Page, column: int) -> None:
    """Merge the cell of the row to be written with the one above."""
    row = len(page.rows)
    for place, (top, left, bottom, right) in enumerate(page.merged):
        if left == right == column and bottom == row - 1:
            page.merged[place] = (top, column, row, column)
            return
    page.merged.append((row - 1, column, row, column))


def side_by_side(left: Page, right: Page) -> Page:
    """Return a page with the rows of both, each where it was."""
    page = Page(left.name)
    width = max(map(len, left.rows))
    for row in range(max(len(left.rows), len(right.rows))):
        cells = list(left.rows[row]) if row < len(left.rows) else []
        page.rows.append([*cells, *[None] * (width - len(cells))])
        page.rows[-1] += right.rows[row] if row < len(right.rows) else []
    page.merged = [*left.merged, *((a, b + width, c, d + width) for a, b, c, d in right.merged)]
    return page


def lettered(title: str, column: int, how: Tables) -> str:
    """A title as it is told: with its column where there are two of them."""
    return f"{title}（{letters(column)}）" if how.is_beside else title

"""How a list looks: titles, headings in many words, sheets, what is hidden, and the file's kind."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

MARKED = "演练数据 GENERATED TEST DATA"

Cell = str | int | float | date | None

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "姓　名", "Name", "姓 名", "受种者姓名", "姓名 name"),
    "kind": ("证件类型", "证件种类", "Document type", "证件类别（必填）"),
    "number": (
        "身份证号",
        "证件号码",
        "公民身份号码",
        "ID number",
        "身份证号码（18位）",
        "有效证件号码",
    ),
    "sex": ("性别", "性 别", "Sex", "Gender"),
    "birth_date": ("出生日期", "出生年月日", "Date of birth", "生日"),
    "phone": ("手机号", "联系电话", "Phone number", "手机号码*", "联系方式", "电话\n号码"),
    "email": ("邮箱", "电子邮箱", "E-mail"),
    "address": ("住址", "家庭住址", "Address", "现住址", "居住地址"),
    "tie": ("类别", "人员类别", "与本镇关系", "Tie to town", "类别(户籍/居住/工作)"),
    "cohort": ("人群", "人群类别", "Cohort", "重点人群"),
    "cadre": ("包保责任人", "责任人", "负责人", "Responsible cadre"),
}
ORDER = tuple(HEADINGS)
GROUPS = (
    ("基本信息", ("name", "kind", "number", "sex", "birth_date")),
    ("联系情况", ("phone", "email", "address")),
)
KINDS = (
    "xlsx",
    "xlsx",
    "xlsx",
    "xls",
    "csv-utf8",
    "xlsx",
    "csv-bom",
    "xlsx",
    "csv-gb18030",
    "xlsx",
)


@dataclass(slots=True)
class Page:
    """One sheet as it will be written: `rows` of cells, merged ranges (row, column, row, column)."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list[list[Cell]])
    merged: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])
    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file looks; `titles` are the headings by field, `columns` their order."""

    kind: str
    columns: tuple[str, ...]
    titles: dict[str, str]
    sheets: int
    title_rows: int
    two_rows: bool
    numbered: bool

    @property
    def is_csv(self) -> bool:
        """Whether the file is a table of text, without sheets or anything hidden."""
        return self.kind.startswith("csv")


def layout(rng: random.Random, number: int) -> Layout:
    """A layout by chance; kinds of files follow each other, so that ten files have them all."""
    kind = KINDS[number % len(KINDS)]
    columns = list(ORDER)
    two_rows = rng.random() < 0.35
    if not two_rows:
        rng.shuffle(columns)
    titles = {name: rng.choice(HEADINGS[name]) for name in ORDER}
    return Layout(
        kind=kind,
        columns=tuple(columns),
        titles=titles,
        sheets=1 if kind.startswith("csv") else rng.choice((1, 1, 2, 3)),
        title_rows=rng.randrange(4),
        two_rows=two_rows,
        numbered=rng.random() < 0.5,
    )


def heading(page: Page, of: Layout, unit_name: str) -> None:
    """Write the titles and the heading, in one row or in two merged over each other."""
    shift = int(of.numbered)
    width = len(of.columns) + shift + 1
    for n in range(of.title_rows):
        text = f"{MARKED} {unit_name}接种名册" if n == 0 else f"填表说明{n}：请如实填写"
        page.rows.append([text, *[None] * (width - 1)])
        page.merged.append((len(page.rows) - 1, 0, len(page.rows) - 1, width - 1))
    titles: list[Cell] = [*["序号"] * shift, *(of.titles[name] for name in of.columns), "备注"]
    if not of.two_rows:
        page.rows.append(titles)
        return
    top = len(page.rows)
    upper: list[Cell] = list(titles)
    lower: list[Cell] = [None] * width
    for group, names in GROUPS:
        at = [of.columns.index(name) + shift for name in names]
        for column in at:
            lower[column], upper[column] = titles[column], None
        upper[at[0]] = group
        page.merged.append((top, at[0], top, at[-1]))
    page.merged += [(top, c, top + 1, c) for c in range(width) if lower[c] is None]
    page.rows += [upper, lower]

"""Writes an invented town as the rosters that units hand in: one Excel workbook each (R21)."""

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from xlsxwriter import Workbook

from deploy.rehearsal.person import Person, Town
from shared.town.campaign import Campaign, Unit

TITLE = "演练数据 GENERATED REHEARSAL DATA"
HEADERS = (
    "序号",
    "姓名",
    "身份证号",
    "性别",
    "手机号",
    "住址",
    "类别(户籍/居住/工作)",
    "人群",
    "包保责任人",
)
SEXES = {"female": "女", "male": "男"}
TIES = {"household": "户籍", "home": "居住", "workplace": "工作"}
COHORTS = {
    "general": "一般居民",
    "cadre": "干部",
    "party_member": "党员",
    "group_leader": "居民组长",
    "grid_worker": "网格员",
    "health_worker": "医务人员",
    "teacher": "教师",
    "merchant": "商户",
    "builder": "建筑工人",
}
_WIDTHS = (6, 10, 22, 6, 14, 32, 20, 10, 12)


def write_rosters(town: Town, campaign: Campaign, folder: Path) -> list[Path]:
    """Write ``<unit code>.xlsx`` for every unit, in the plan's order; the same town, same bytes.

    Row 1 is the title, row 2 the headers, then a resident a row; all cells but 序号 are text, so
    that Excel keeps every digit of the numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_unit: dict[str, list[Person]] = {unit.code: [] for unit in campaign.units}
    for person in town.residents:
        by_unit[person.unit].append(person)
    return [_write(folder, campaign, unit, by_unit[unit.code]) for unit in campaign.units]


def _write(folder: Path, campaign: Campaign, unit: Unit, roster: Sequence[Person]) -> Path:
    path = folder / f"{unit.code}.xlsx"
    with Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"title": TITLE, "created": datetime.combine(campaign.start, time())})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(unit.code)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, text)
        sheet.write_string(0, 0, f"{TITLE} · {campaign.town_zh} · {unit.name_zh}", bold)
        for column, header in enumerate(HEADERS):
            sheet.write_string(1, column, header, bold)
        for n, person in enumerate(roster, start=1):
            sheet.write_number(n + 1, 0, n)
            for column, cell in enumerate(_cells(person), start=1):
                sheet.write_string(n + 1, column, cell, text)
    return path


def _cells(person: Person) -> tuple[str, ...]:
    return (
        person.name,
        person.card_number,
        SEXES[person.sex],
        person.phone,
        person.address,
        TIES[person.tie],
        COHORTS[person.cohort],
        person.responsible,
    )

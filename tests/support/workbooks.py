"""Workbooks as clerks write them, for tests."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from stdnum.cn import ric
from xlsxwriter import Workbook

SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "小明 建国 秀英 桂兰 志强 丽娟 德华 玉珍 海燕 春生 文博 思远 雪梅 冬青 红霞 立新 永福 金凤"
HEADINGS = ("姓名", "身份证号", "手机号", "住址", "类别", "人群")


def card(order: int, born: str = "19790521") -> str:
    """A card number with the right check digit; odd orders are men's."""
    stem = f"420000{born}{order:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def name_of(order: int) -> str:
    """An invented name, another for each of 720 people; that of the 101st is 李小明."""
    given, surname = divmod(order - 101, len(SURNAMES))
    return SURNAMES[surname] + GIVEN.split()[given % len(GIVEN.split())]


def person(order: int, name: str | None = None, **changes: str) -> list[Any]:
    """A roster's row under HEADINGS."""
    values = {
        "card": card(order),
        "phone": f"1380000{order:04d}",
        "address": f"东河村{order}号",
        "tie": "户籍",
        "cohort": "党员",
    } | changes
    return [name_of(order) if name is None else name, *values.values()]


def workbook(*sheets: list[list[Any]], names: tuple[str, ...] = ("名册", "二", "三")) -> bytes:
    """A workbook of sheets of rows."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        # Else the same sheet would be another file a second later.
        book.set_properties({"created": datetime(2024, 3, 1)})
        for name, rows in zip(names, sheets, strict=False):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return file.getvalue()


def roster(*rows: list[Any], title: bool = False) -> bytes:
    """A roster of one sheet, with or without a title row above the heading."""
    top: list[list[Any]] = [["东河村接种名册"]] if title else []
    return workbook([*top, list(HEADINGS), *rows])

"""Workbooks as clerks write them, for tests."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from stdnum.cn import ric
from xlsxwriter import Workbook

HEADINGS = ("姓名", "身份证号", "手机号", "住址", "类别", "人群")


def card(order: int, born: str = "19790521") -> str:
    """A card number with the right check digit; odd orders are men's."""
    stem = f"420000{born}{order:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def person(order: int, name: str = "李小明", **changes: str) -> list[Any]:
    """A roster's row under HEADINGS."""
    values = {
        "card": card(order),
        "phone": f"1380000{order:04d}",
        "address": f"东河村{order}号",
        "tie": "户籍",
        "cohort": "党员",
    } | changes
    return [name, *values.values()]


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

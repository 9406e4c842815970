"""The list of reactions as a workbook, in the columns of the national card (AEFI)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from services.appointments.domain.reactions import moment
from services.appointments.reactions.labels import outside_text, signs_text
from services.appointments.reactions.queries import Card, Named
from services.appointments.stock.queries import stock
from shared.kit.dates import date_text, day_text, moment_text
from shared.kit.language import Text, t
from shared.kit.office.workbooks import new_workbook, write_text
from shared.town.terms.reactions import (
    REACTION_CLASSES,
    REACTION_OUTCOMES,
    REACTIONS_FOUND_BY,
    SEVERITIES,
)
from shared.town.web.telling import dose_text
from shared.town.work import Work

COLUMNS = (
    (Text("姓名", "name"), 12),
    (Text("单位", "unit"), 18),
    (Text("剂次", "dose"), 10),
    (Text("接种日期", "vaccinated on"), 16),
    (Text("疫苗", "vaccine"), 24),
    (Text("批号", "batch"), 16),
    (Text("有效期至", "expiry"), 16),
    (Text("发生时间", "onset"), 22),
    (Text("发现时间", "found"), 22),
    (Text("表现", "signs"), 30),
    (Text("时限", "window"), 24),
    (Text("程度", "severity"), 10),
    (Text("住院", "admitted"), 8),
    (Text("初步诊断", "first diagnosis"), 20),
    (Text("经过", "course"), 40),
    (Text("转归", "outcome"), 10),
    (Text("分类", "class"), 14),
    (Text("发现途径", "how found"), 16),
    (Text("最晚上报", "due"), 22),
    (Text("上报时间", "reported up"), 22),
    (Text("报给", "to"), 18),
    (Text("编号", "number"), 16),
    (Text("报告人", "recorded by"), 16),
)


def reactions_workbook(work: Work, rows: Sequence[Named], names: Mapping[str, str]) -> bytes:
    """Return a workbook with a row a card."""
    file = io.BytesIO()
    batches = {each["batch"]: each for each in stock(work)}
    with new_workbook(file) as book:
        head = book.add_format({"bold": True, "bg_color": "#e2f2ee", "bottom": 1})
        sheet = book.add_worksheet(t("不良反应", "Adverse events"))
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            write_text(sheet, 0, column, str(title), head)
        for number, row in enumerate(rows, 1):
            batch = batches.get(row["batch"])
            product = str(work.campaign.product(batch["product"])) if batch else ""
            expiry = date_text(batch["expiry"]) if batch else ""
            unit = str(work.campaign.unit(row["unit"])) if row["unit"] else ""
            vaccine = (product, row["batch"], expiry)
            about = (names[row["resident"]], unit, dose_text(row["dose"]), day_text(row["day"]))
            for column, text in enumerate((*about, *vaccine, *_of_card(row))):
                write_text(sheet, number, column, text)
        sheet.freeze_panes(1, 1)
    return file.getvalue()


def _of_card(row: Card) -> tuple[str, ...]:
    return (
        _local(row["onset"]),
        _local(row["found"]),
        signs_text(row),
        outside_text(row),
        str(SEVERITIES[row["severity"]]),
        t("是", "yes") if row["admitted"] else t("否", "no"),
        row["diagnosis"] or "",
        row["course"] or "",
        str(REACTION_OUTCOMES[row["outcome"]]),
        str(REACTION_CLASSES[row["classified"]]),
        str(REACTIONS_FOUND_BY[row["found_by"]]),
        moment_text(row["due"]),
        _local(row["reported_up"]),
        row["reported_to"] or "",
        row["reported_number"] or "",
        row["actor"],
    )


def _local(text: str | None) -> str:
    return str(moment(text)) if text else ""

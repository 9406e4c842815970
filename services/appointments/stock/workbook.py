"""The recall list as a workbook: everybody who got a dose of a batch at this site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO

from services.appointments.stock.queries import NamedRecipient
from shared.kit.dates import day_text
from shared.kit.language import Text
from shared.kit.office.workbooks import add_sheet, new_workbook, write_text
from shared.town.campaign import Campaign
from shared.town.web.pages import named
from shared.town.web.telling import dose_text

WHAT = Text("批次接种名单", "recipients of a batch")
HEAD = (
    Text("姓名", "Name"),
    Text("单位", "Unit"),
    Text("剂次", "Dose"),
    Text("接种日期", "Day"),
    Text("批号", "Batch"),
    Text("接种人员", "Vaccinator"),
)


def of_recipients(
    campaign: Campaign, batch: str, rows: Iterable[NamedRecipient], names: Mapping[str, str]
) -> bytes:
    """Return the list, a person a line, as texts."""
    file = BytesIO()
    with new_workbook(file) as book:
        sheet = add_sheet(book, str(WHAT))
        bold = book.add_format({"bold": True})
        for column, title in enumerate(HEAD):
            write_text(sheet, 0, column, str(title), bold)
        for line, row in enumerate(rows, 1):
            unit, dose = named(campaign.unit(row["unit"])), dose_text(row["dose"])
            told = (
                names[row["resident"]],
                unit,
                dose,
                day_text(row["day"]),
                batch,
                row["vaccinator"],
            )
            for column, text in enumerate(told):
                write_text(sheet, line, column, str(text))
        sheet.set_column(0, len(HEAD) - 1, 16)
    return file.getvalue()

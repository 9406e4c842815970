"""The day's sheet on paper (PDF), to be signed and filed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.appointments.closing.sheet import Part
from shared.kit.dates import day_text
from shared.kit.language import t
from shared.kit.office.pdf import pdf_of


def day_paper(parts: Iterable[Part], site: str, day: date) -> bytes:
    """Return the parts of a day's sheet one after the other; the same bytes of the same day."""
    data = {
        "title": t("{site}{day}汇总", "{site}, {day}", site=site, day=day_text(day)),
        "parts": [
            [
                part.name,
                [
                    [[str(each) for each in table.head], [[str(v) for v in r] for r in table.rows]]
                    for table in part.tables
                ],
            ]
            for part in parts
        ],
        "signs": [t("负责人签名", "Signature of the site's leader")],
        "day": t("日期：　　　年　　月　　日", "Date:"),
        "foot": site,
    }
    return pdf_of(__package__ or "", "day_sheet", data, day)

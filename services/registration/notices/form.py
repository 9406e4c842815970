"""The form in which a notice is written or rewritten, with its preview or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.registration.notices.preview import Preview
from services.registration.staff.telling import telling
from services.registration.units import queries as units
from shared.kit.language import Text, t
from shared.kit.web.field_errors import told
from shared.town.web.web import Web

FIELD_LABELS = {
    "title": Text("标题", "Title"),
    "zh": Text("中文内容", "Text in Chinese"),
    "en": Text("英文内容", "Text in English"),
    "channel": Text("发送方式", "Channel"),
    "statuses": Text("状态", "Status"),
    "days_since_first": Text("第一剂至少多少天前", "Days since the first dose"),
}


def compose(
    web: Web, written: Mapping[str, object], preview: Preview | None, problems: list[str]
) -> str:
    """Show the form as it was written so far."""
    reach = web.units_in_reach()
    every = units.all_units(web.work)
    return render(
        web,
        "notice_new.html",
        written={"instead_of": "", **written},
        preview=preview,
        problems=problems,
        all_units=[unit for unit in every if reach is None or unit["unit"] in reach],
        whole_town=reach is None,
        channels=web.deployment.notices.channels,
    )


def render(web: Web, template: str, **values: Any) -> str:
    """Show a page that tells who did something."""
    return web.render(template, telling=telling(web), **values)


def problems_of(messages: dict[str, Any]) -> list[str]:
    """What is wrong with a form, a line a field."""
    return [
        t("{field}：{wrong}", "{field}: {wrong}", field=FIELD_LABELS.get(name, name), wrong=wrong)
        for name, found in told(messages).items()
        for wrong in [" ".join(map(str, found))]
    ]

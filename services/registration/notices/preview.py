"""The preview of a notice: how many match, how many of them would get it now, and why others not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

from services.registration.domain.notice import Notice, Wording
from services.registration.domain.recipient import Audience
from services.registration.domain.template import filled, used_in
from services.registration.notices.audience import (
    born_by,
    coming_appointments,
    filling,
    people_of,
)
from services.registration.notices.channels.addresses import FIELDS, address_in
from services.registration.notices.channels.masking import masked_address, masked_name
from services.registration.notices.message import NEED_APPOINTMENT, lacking
from services.registration.notices.queries import one_kind_of_line
from services.registration.residents import queries as residents
from services.registration.residents.queries import WithStatus
from shared.kit.pacing import Pace
from shared.town import request_context
from shared.town.work import Work

EXAMPLES = 3
AT_ONCE = 250


class Example(TypedDict):
    """What one person would read; name and address are masked."""

    to: str
    title: str
    zh: str
    en: str


class Preview(TypedDict):
    """How many match a notice, how many of them would get it now, and what a few would read.

    `left_out` is how many would not, by the reason for which the sender skips them.
    """

    recipients: int
    reached: int
    left_out: dict[str, int]
    examples: list[Example]


def notice_preview(work: Work, said: Wording) -> Preview:
    """Return how many people a notice would go to now, and what a few of them would read, masked.

    Raises `BadTemplate`, `BadTitle`.
    """
    Notice.check(said["title"], said["zh"], said["en"])
    audience = Audience(said["units"], said["cohorts"], said["statuses"], said["days_since_first"])
    people = work.rows(people_of(audience, work.today(), born_by(work)), WithStatus)
    some: list[WithStatus] = []
    left_out: Counter[str] = Counter()
    pause = Pace(lambda _: None)
    for start in range(0, len(people), AT_ONCE):
        batch = people[start : start + AT_ONCE]
        for row, reason in zip(batch, _lacking(work, said, batch), strict=True):
            if reason:
                left_out[reason] += 1
            elif len(some) < EXAMPLES:
                some.append(row)
            pause()
    return {
        "recipients": len(people),
        "reached": len(people) - left_out.total(),
        "left_out": dict(left_out),
        "examples": _examples(work, said, some),
    }


def _lacking(work: Work, said: Wording, people: Sequence[WithStatus]) -> list[str | None]:
    """What each lacks for the message; they are counted, so nobody has looked at anybody."""
    used, field = used_in(said["zh"], said["en"]), FIELDS[said["channel"]]
    with request_context.answering(None):
        opened = residents.identities(work, people, (field,)) if field else {}
    ids = [row["resident"] for row in people]
    coming = {} if NEED_APPOINTMENT.isdisjoint(used) else coming_appointments(work, ids)
    return [
        lacking(
            said["channel"],
            used,
            row,
            address_in(str((opened.get(row["resident"]) or {}).get(field) or "")),
            coming.get(row["resident"]),
        )
        for row in people
    ]


def _examples(work: Work, said: Wording, some: Sequence[WithStatus]) -> list[Example]:
    """What these would read; whoever asks has looked at them."""
    field = FIELDS[said["channel"]]
    opened = residents.identities(work, some, ("name", field) if field else ("name",))
    coming = coming_appointments(work, [row["resident"] for row in some])
    examples: list[Example] = []
    for row in some:
        who = opened[row["resident"]] or {}
        name = masked_name(who.get("name") or "")
        in_zh, in_en = filling(work, row, name, coming.get(row["resident"]))
        examples.append(
            {
                "to": masked_address(address_in(who.get(field) or "")) if field else "",
                "title": said["title"],
                "zh": filled(one_kind_of_line(said["zh"]), in_zh),
                "en": filled(one_kind_of_line(said["en"]), in_en),
            }
        )
    return examples

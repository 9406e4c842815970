"""The kinds of documents by which a resident can be registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Sex = Literal["female", "male"]
Kind = Literal[
    "resident_card",
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "residence_permit",
    "foreign_permanent_resident_card",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document; `number` is how it is written in full: no spaces, capital letters.

    `birth_date` and `sex` are those the number carries, None where it carries none (passport,
    permits, the old foreign permanent resident card, whose year has two digits). `mended` says
    what was put right beyond writing: `old_number` (15 digits became 18), `renewals` (the count of
    renewals was cut off the permit's lifelong number), `other_kind` (the number shows another kind
    than was said).
    """

    kind: Kind
    number: str
    birth_date: date | None = None
    sex: Sex | None = None
    mended: tuple[str, ...] = field(default=(), compare=False)

"""Shapes of what charts are drawn from: numbers, and the texts beside them in the reader's language."""

from __future__ import annotations

from typing import Literal, TypedDict

Hue = Literal["green", "blue"]


class Line(TypedDict):
    """A line by day (ISO) and height; a name stands at its end with the last height."""

    name: str
    hue: Hue
    points: list[tuple[str, float]]


class Lines(TypedDict):
    """What grows from day to day: lines of what is done, dashed ones of what is planned.

    `days` is how a day is written under the axis (strftime); `deadlines` are days with their names,
    `level` is what is to be reached, with its name.
    """

    form: Literal["lines"]
    first: str
    last: str
    days: str
    lines: list[Line]
    plans: list[Line]
    deadlines: list[tuple[str, str]]
    level: tuple[float, str]


class Panel(TypedDict):
    """Columns side by side, against a level: name, what is done (full), of how much (hollow, or None)."""

    name: str
    level: int
    columns: list[tuple[str, int, int | None]]


class Columns(TypedDict):
    """Panels of columns, of one scale."""

    form: Literal["columns"]
    panels: list[Panel]


class Bars(TypedDict):
    """Bars below each other: name, length, of how much (hollow), and the text at the end.

    `level` is what is to be reached, with its name. Of a `share` the axis counts in per cent.
    """

    form: Literal["bars"]
    bars: list[tuple[str, float, float | None, str]]
    level: tuple[float, str]
    share: bool


Chart = Lines | Columns | Bars

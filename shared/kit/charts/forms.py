"""Forms: the one specification of each kind of chart, in Vega-Lite, written with Altair.

Loaded by the drawing process alone: Altair takes a second and 60 MB. What is done is full, what is
planned dashed or hollow, and every chart says its numbers: colours only repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import altair as alt

from shared.kit.charts.palette import FONT, GRID, HUES, PAPER, TYPE, width
from shared.kit.charts.shapes import Bars, Chart, Columns, Line, Lines

WIDE, NARROW = 720, 300
"""Pixels of what is drawn in, on a desk and on a phone; labels beside it not counted."""
MOST_NAME, MOST_NAME_NARROW = 190, 110
DASHES, DOTS = [6, 4], [2, 2]
HEADROOM = 1.18
"""Of the greatest height: for the texts above it."""
LOW = 0.08
"""Of the greatest height: below it a text would stand on the axis."""

Layer = alt.Chart | alt.LayerChart | alt.FacetChart


def lines(chart: Lines, narrow: bool) -> Layer:
    """Draw what grows from day to day, against the plan."""
    level, level_name = chart["level"]
    heights = (n for line in (*chart["lines"], *chart["plans"]) for _, n in line["points"])
    axis = alt.Axis(
        format=chart["days"], grid=False, labelFlush=True, tickCount=4 if narrow else 10
    )
    domain = alt.Scale(domain=[chart["first"], chart["last"]])
    x = alt.X("day:T", timeUnit="utcyearmonthdate", title=None, scale=domain, axis=axis)
    top = _top([level, *heights])
    y = alt.Y("n:Q", title=None, scale=alt.Scale(domain=[0, top]), axis=_numbers())
    layers: list[Layer] = [
        _data(plan["points"]).mark_line(color=HUES[plan["hue"]], strokeDash=DASHES).encode(x=x, y=y)
        for plan in chart["plans"]
    ]
    for line in chart["lines"]:
        drawn = _data(line["points"]).encode(x=x, y=y)
        layers.append(drawn.mark_line(color=HUES[line["hue"]], strokeWidth=3))
        layers.extend(_end(line, chart["deadlines"], x, y, low=LOW * top))
    layers.append(_level(level, level_name))
    for number, (day, name) in enumerate(chart["deadlines"]):
        layers.append(_deadline(day, name, number, x))
    return alt.layer(*layers).properties(width=NARROW if narrow else WIDE, height=280)


def _deadline(day: str, name: str, number: int, x: alt.X) -> Layer:
    """An upright line on a day, named before it, each a line lower."""
    said = "utcFormat(toDate(datum.day), datum.format) + ' ' + datum.name"
    named: dict[str, Any] = {"day": day, "format": x["axis"]["format"], "name": name}
    at = alt.Chart(alt.Data(values=[named])).encode(x=x)
    words = at.transform_calculate(said=said).encode(y=alt.value(4 + number * (TYPE + 4)))
    return alt.layer(
        at.mark_rule(color=HUES["soft"]), _words(words, align="right", dx=-4, baseline="top")
    )


def _end(
    line: Line, deadlines: Sequence[tuple[str, str]], x: alt.X, y: alt.Y, low: float
) -> Iterator[Layer]:
    """The last point of a line with its name and number, on that side where there is room.

    Green stands above its point and blue below, but nothing below the axis.
    """
    if not line["points"]:
        return
    day, height = line["points"][-1]
    late = any(day > deadline for deadline, _ in deadlines)
    above = {"green": -25, "blue": -9} if height < low else {"green": -9, "blue": 9}
    last = alt.Chart(
        alt.Data(values=[{"day": day, "n": height, "said": f"{line['name']} {height:,}"}])
    ).encode(x=x, y=y)
    yield last.mark_point(color=HUES[line["hue"]], filled=True, size=50, opacity=1)
    yield _words(
        last,
        align="right" if late else "left",
        dx=-8 if late else 8,
        dy=above[line["hue"]],
        color=HUES[line["hue"]],
        fontWeight="bold",
    )


def _level(level: float, name: str) -> Layer:
    """A dotted line across at what is to be reached, named at its beginning."""
    across = alt.Chart(alt.Data(values=[{"n": level, "said": name}])).encode(y="n:Q")
    words = _words(across.encode(x=alt.value(0)), align="left", dx=4, dy=-8, color=HUES["red"])
    return alt.layer(across.mark_rule(color=HUES["red"], strokeDash=DOTS), words)


def _words(chart: alt.Chart, color: str = HUES["ink"], **how: Any) -> Layer:
    """The field `said` as text, on paper of its own where it crosses something."""
    said = chart.encode(text="said:N")
    paper = said.mark_text(stroke=PAPER, strokeWidth=4, **how)
    return alt.layer(paper, said.mark_text(color=color, **how))


def columns(chart: Columns, narrow: bool) -> Layer:
    """Draw columns in panels, each against its level."""
    rows: list[dict[str, Any]] = [
        {"panel": panel["name"], "at": at, "done": done, "of": of, "level": panel["level"]}
        for panel in chart["panels"]
        for at, done, of in panel["columns"]
    ]
    across = 1 if narrow else min(3, len(chart["panels"]))
    order = list(dict.fromkeys(str(row["at"]) for row in rows))
    room = (NARROW if narrow else WIDE) / across - (0 if across == 1 else 30)
    each = room / max(1, len(order))
    slots = _slots(order, upright=all(width(name) <= each - 2 for name in order))
    layers = _columns(
        slots, _top(n for row in rows for n in (row["done"], row["of"], row["level"]))
    )
    across_at = alt.Chart().encode(x=alt.XValue(0), x2=alt.X2Value(room), y="max(level):Q")
    layers.append(across_at.mark_rule(color=HUES["red"], strokeDash=DOTS))
    if each >= 2 * TYPE:
        numbers = alt.Chart().encode(x=slots, y="high:Q")
        numbers = numbers.transform_calculate(
            high="max(datum.done, datum.of || 0)",
            said="datum.of ? datum.done + '/' + datum.of : '' + datum.done",
        ).transform_filter("datum.high > 0")
        layers.append(_words(numbers, dy=-7, fontSize=TYPE - 1))
    header = alt.Header(title=None, labelFontSize=TYPE + 1, labelFontWeight="bold", labelLimit=260)
    facet = alt.Facet("panel:N", sort=[panel["name"] for panel in chart["panels"]], header=header)
    layered = alt.layer(*layers).properties(width=room, height=170)
    return alt.FacetChart(data=alt.Data(values=rows), spec=layered, facet=facet, columns=across)


def _slots(order: list[str], *, upright: bool) -> alt.X:
    axis = alt.Axis(ticks=False, domainColor=GRID, labelAngle=0 if upright else -90)
    return alt.X("at:N", sort=order, title=None, scale=alt.Scale(paddingInner=0.25), axis=axis)


def _columns(slots: alt.X, top: float) -> list[Layer]:
    """Hollow columns, and full ones in them."""
    base, scale = alt.Chart().encode(x=slots), alt.Scale(domain=[0, top])
    hollow = alt.Y("of:Q", title=None, scale=scale, axis=_numbers())
    full = alt.Y("done:Q", title=None, scale=scale, axis=_numbers())
    return [
        base.mark_bar(fill=PAPER, stroke=HUES["soft"], strokeDash=[3, 2]).encode(y=hollow),
        base.mark_bar(color=HUES["green"], width={"band": 0.7}).encode(y=full),
    ]


def bars(chart: Bars, narrow: bool) -> Layer:
    """Draw bars below each other in the order they come, against what is to be reached."""
    level, level_name = chart["level"]
    rows: list[dict[str, Any]] = [
        {"name": name, "n": n, "of": of, "said": said, "end": max(n, of or 0)}
        for name, n, of, said in chart["bars"]
    ]
    most = MOST_NAME_NARROW if narrow else MOST_NAME
    beside = min(most, max((width(row["name"]) for row in rows), default=0)) + 8
    scale = alt.Scale(domain=[0, _top([level, *(row["end"] for row in rows)])])
    axis = alt.Axis(format="%" if chart["share"] else ",d", tickCount=4 if narrow else 8)
    names = alt.Axis(labelLimit=most, minExtent=beside, ticks=False, domain=False, labelPadding=6)
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=names)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)

    base = alt.Chart(alt.Data(values=rows)).encode(y=y)
    hollow = base.mark_bar(fill=PAPER, stroke=HUES["soft"], strokeDash=[3, 2], height={"band": 0.8})
    reached = alt.Chart(alt.Data(values=[{"n": level, "said": level_name}])).encode(x=across("n"))
    return alt.layer(
        hollow.transform_filter("isValid(datum.of)").encode(x=across("of")),
        base.mark_bar(color=HUES["green"], height={"band": 0.55}).encode(x=across("n")),
        reached.mark_rule(color=HUES["red"], strokeWidth=2),
        _words(reached.encode(y=alt.value(0)), HUES["red"], dy=-8),
        _words(base.encode(x=across("end")), align="left", dx=5, fontSize=TYPE - 1),
    ).properties(width=(NARROW if narrow else WIDE) - beside + 40, height=alt.Step(22))


def _top(heights: Iterable[float | None]) -> float:
    """The end of a scale: above the greatest, with room for the texts there."""
    return HEADROOM * max((n for n in heights if n is not None), default=0) or 1


def _data(points: Sequence[tuple[str, float]]) -> alt.Chart:
    return alt.Chart(alt.Data(values=[{"day": day, "n": n} for day, n in points]))


def _numbers() -> alt.Axis:
    return alt.Axis(format=",d", tickCount=5, domain=False, ticks=False, gridColor=GRID)


FORMS: dict[str, Callable[..., Layer]] = {"lines": lines, "columns": columns, "bars": bars}


CONFIG = {
    "font": FONT,
    "aria": False,  # the page says what the picture says
    "background": PAPER,
    "padding": 8,
    "axis": {"labelFontSize": TYPE, "labelColor": HUES["ink"], "gridColor": GRID},
    "text": {"fontSize": TYPE},
    "view": {"stroke": None},
}


def specification(chart: Chart, narrow: bool) -> dict[str, Any]:
    """Return a chart's specification."""
    drawn = FORMS[chart["form"]](chart, narrow)
    return {**drawn.to_dict(validate=False), "config": CONFIG}

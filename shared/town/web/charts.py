"""Charts on pages: pictures with addresses of their own, which no page waits for."""

from __future__ import annotations

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from shared.kit.charts.artist import ARTIST
from shared.kit.charts.shapes import Chart

SVG = "image/svg+xml; charset=utf-8"


class Width(Schema):
    """`narrow`: for a phone."""

    narrow = fields.Boolean(load_default=False)


def picture(chart: Chart, *, narrow: bool) -> Response:
    """Answer with a chart, drawn. Raises `NotDrawn`."""
    return Response(ARTIST.draw(chart, narrow=narrow), content_type=SVG)

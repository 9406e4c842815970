"""Charts on pages: pictures with addresses of their own, which no page waits for."""

from __future__ import annotations

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from shared.kit.charts.artist import ARTIST
from shared.kit.charts.shapes import Chart
from shared.kit.language import Text
from shared.kit.web.responses import saved_as

SVG = "image/svg+xml; charset=utf-8"


class Width(Schema):
    """`narrow`: for a phone."""

    narrow = fields.Boolean(load_default=False)


def picture(chart: Chart, what: Text, *about: object, narrow: bool) -> Response:
    """Answer with a chart, drawn, which is saved under a name of these parts. Raises `NotDrawn`."""
    headers = saved_as("svg", what, *about, shown=True)
    return Response(ARTIST.draw(chart, narrow=narrow), headers=headers, content_type=SVG)

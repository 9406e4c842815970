"""The process that draws: `python -m shared.kit.charts.drawing`.

It is asked over the socket that is its standard input (see `SideProcess`) for one chart after the other,
answers with the picture or with nothing, and ends when nobody asks any more. It is given numbers and
texts, and reaches for nothing: neither files nor the network.
"""

from __future__ import annotations

import json
import sys
import traceback

import vl_convert

from shared.kit.charts.forms import specification
from shared.kit.side_process import serve


def drawn(asked: bytes) -> bytes:
    """Return a chart as SVG; nothing if it cannot be drawn."""
    try:
        chart, narrow = json.loads(asked)
        return vl_convert.vegalite_to_svg(
            specification(chart, narrow), allowed_base_urls=[]
        ).encode()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return b""


if __name__ == "__main__":
    serve(drawn)

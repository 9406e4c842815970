"""`python -m tests.house.picture`: draw the house from its code into docs/house.svg.

Services with their rooms and whom they follow come from each `PART`, the floors from the folders
of `shared/`; nothing is drawn by hand, so that the picture is never behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

from deploy.parts import PARTS
from shared.kit.part import Part

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "house.svg"

EDGE, GAP, COLUMN = 20, 12, 216
WIDTH = 2 * EDGE + len(PARTS) * COLUMN + (len(PARTS) - 1) * GAP
INNER = WIDTH - 2 * EDGE
CHIP, CHIP_GAP, CHIPS_A_ROW = 24, 6, 2
HEAD, STORE, LANE, FLOOR = 58, 58, 30, 72

STYLE = """
text { font-family: system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
.page { fill: #f6f5f0; } .box { fill: #ffffff; stroke: #c6ccd5; } .chip { fill: #eef1f5; }
.ink { fill: #1b222d; } .soft { fill: #56606e; } .rule { stroke: #c6ccd5; }
.s0 { --c: #1f5fa6; } .s1 { --c: #25784a; } .s2 { --c: #a24f14; } .s3 { --c: #74489f; } .s4 { --c: #a3262a; }
.line { stroke: var(--c); fill: none; } .dot { fill: var(--c); stroke: var(--c); } .name { fill: var(--c); }
.ring { fill: #ffffff; stroke: var(--c); }
@media (prefers-color-scheme: dark) {
.page { fill: #14181f; } .box { fill: #1d232d; stroke: #3a4351; } .chip { fill: #2a323e; }
.ink { fill: #e8ebf0; } .soft { fill: #a3adbb; } .rule { stroke: #3a4351; }
.s0 { --c: #7fb2ea; } .s1 { --c: #74c796; } .s2 { --c: #e9a06b; } .s3 { --c: #c3a1e6; } .s4 { --c: #f08a8d; }
.ring { fill: #1d232d; }
}
"""


def text(x: int, y: int, said: str, kind: str = "ink", size: int = 13, more: str = "") -> str:
    """A line of text."""
    return f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}"{more}>{escape(said)}</text>'


def box(x: int, y: int, width: int, height: int, kind: str = "box", radius: int = 8) -> str:
    """A rectangle with round corners."""
    shape = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"'
    return f'<rect class="{kind}" {shape}/>'


def line(x1: int, y1: int, x2: int, y2: int, more: str = "") -> str:
    """A line in the colour of its service."""
    return f'<path class="line" d="M{x1} {y1}L{x2} {y2}" stroke-width="2"{more}/>'


def folders(of: Path) -> list[str]:
    """The packages in a folder."""
    return sorted(each.parent.name for each in of.glob("*/__init__.py"))


def rows_of(part: Part) -> int:
    """How many rows of chips, or of words, a service takes."""
    return -(-len(part.rooms) // CHIPS_A_ROW) if part.rooms else len(words_of(part))


def words_of(part: Part) -> list[str]:
    """What a service without rooms says of itself."""
    return wrap(part.does, 30)


ROOMS = max(map(rows_of, PARTS.values())) * (CHIP + CHIP_GAP)
TOP = EDGE + 40
LANES_AT = TOP + HEAD + ROOMS + STORE + 34
FLOORS_AT = LANES_AT + 44 + len(PARTS) * LANE + 14
HEIGHT = FLOORS_AT + 2 * (FLOOR + GAP) + EDGE - GAP


def left(number: int) -> int:
    """Where a service's column begins."""
    return EDGE + number * (COLUMN + GAP)


def lane(number: int) -> int:
    """How far down a service's events run."""
    return LANES_AT + 30 + number * LANE


def service(number: int, part: Part) -> Iterator[str]:
    """A service: its names, rooms and store."""
    x, height = left(number), HEAD + ROOMS + STORE
    zh, en = part.title
    yield f'<g class="s{number}">'
    yield box(x, TOP, COLUMN, height)
    yield text(x + 14, TOP + 26, f"{zh} {en}", "name", 17, ' font-weight="600"')
    where = f"services/{part.name}" + (", one a site" if part.sharded else "")
    yield text(x + 14, TOP + 45, where, "soft", 11)
    width = (COLUMN - 28 - CHIP_GAP) // CHIPS_A_ROW
    for at, room in enumerate(part.rooms):
        row, column = divmod(at, CHIPS_A_ROW)
        chip_x = x + 14 + column * (width + CHIP_GAP)
        chip_y = TOP + HEAD + row * (CHIP + CHIP_GAP)
        yield box(chip_x, chip_y, width, CHIP, "chip", 5)
        yield text(chip_x + 9, chip_y + 16, room, size=12)
    if not part.rooms:
        for at, words in enumerate(words_of(part)):
            yield text(x + 14, TOP + HEAD + 14 + at * 18, words, size=12)
    yield from store(x + 14, TOP + HEAD + ROOMS + 6)
    yield "</g>"


def store(x: int, y: int) -> Iterator[str]:
    """A service's own store, with what it keeps."""
    w, h = COLUMN - 28, 40
    side = f"M{x} {y + 6}v{h - 12}a{w // 2} 6 0 0 0 {w} 0v-{h - 12}"
    yield f'<path class="line" d="{side}" stroke-width="1.5"/>'
    rim = f'cx="{x + w // 2}" cy="{y + 6}" rx="{w // 2}" ry="6"'
    yield f'<ellipse class="line" {rim} stroke-width="1.5"/>'
    yield text(x + 14, y + 29, "own store: events, views", "soft", 12)


def messages(number: int, part: Part) -> Iterator[str]:
    """Where a service says something, and whom it hears."""
    names, bottom = list(PARTS), TOP + HEAD + ROOMS + STORE
    says, hears = left(number) + 24, left(number) + COLUMN - 24
    yield f'<g class="s{number}">'
    yield line(says, bottom, says, lane(number))
    yield f'<circle class="dot" cx="{says}" cy="{lane(number)}" r="5"/>'
    lanes = [lane(names.index(other)) for other in part.follows]
    yield line(hears, max(lanes), hears, bottom + 7, ' stroke-dasharray="2 4"')
    yield f'<path class="dot" d="M{hears - 5} {bottom + 9}h10l-5 -9z"/>'
    yield from (f'<circle class="ring" cx="{hears}" cy="{at}" r="5"/>' for at in lanes)
    yield "</g>"


def floor(y: int, name: str, said: str, rooms: list[str]) -> Iterator[str]:
    """One of the two floors under the services."""
    yield box(EDGE, y, INNER, FLOOR)
    yield text(EDGE + 14, y + 25, name, size=15, more=' font-weight="600"')
    yield text(EDGE + 124, y + 25, said, "soft", 12)
    width = (INNER - 28 + CHIP_GAP) // len(rooms) - CHIP_GAP
    for at, room in enumerate(rooms):
        x = EDGE + 14 + at * (width + CHIP_GAP)
        yield box(x, y + 37, width, CHIP, "chip", 5)
        yield text(x + 9, y + 53, room, size=12)


def parts_of() -> Iterator[str]:
    """Everything that is drawn, from the back to the front."""
    yield box(0, 0, WIDTH, HEIGHT, "page", 0)
    said = "deploy/ puts the parts together: one process on one PC, or a process a part"
    yield text(EDGE + 2, EDGE + 20, said, "soft")
    for number, part in enumerate(PARTS.values()):
        yield from service(number, part)
    yield box(EDGE, LANES_AT, INNER, 44 + len(PARTS) * LANE)
    broker = "RabbitMQ: ● a relay publishes what is stored; ○ who follows hears it in order"
    yield text(EDGE + 36, lane(len(PARTS)), broker, "soft", 12)
    for number, name in enumerate(PARTS):
        yield f'<g class="s{number}">'
        yield line(EDGE + 14, lane(number), WIDTH - EDGE - 14, lane(number))
        yield text(EDGE + 36, lane(number) - 5, f"{name}.events", "name", 11)
        yield "</g>"
    for number, part in enumerate(PARTS.values()):
        yield from messages(number, part)
    town = "what all teams share of the town: who may do what, what an event looks like, whose data is sealed"
    yield from floor(FLOORS_AT, "shared/town", town, folders(ROOT / "shared" / "town"))
    kit = "what knows no resident, unit or site: an event store, messages in order, commands over HTTP"
    yield from floor(FLOORS_AT + FLOOR + GAP, "shared/kit", kit, folders(ROOT / "shared" / "kit"))


def picture() -> str:
    """The picture as it should be now."""
    title = "The house: five services with their rooms and stores, who follows whom, and two floors"
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" aria-labelledby="title">'
    inside = [f'<title id="title">{title}</title>', f"<style>{STYLE}</style>", *parts_of()]
    return "\n".join([head, *inside, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture())
    print(PICTURE.relative_to(ROOT))

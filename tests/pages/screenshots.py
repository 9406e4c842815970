"""Takes a picture of every page: `python -m tests.pages.screenshots [FOLDER]`.

Without a folder they go to docs/screenshots, and docs/pages.md shows them.
"""

from __future__ import annotations

import base64
import itertools
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from tests.support.running_town import Viewers, a_browser, a_town, addresses, things_to_show

DAY = date(2024, 4, 24)
WIDTHS = {"": (1280, 900), "-phone": (390, 844)}
LOCALES = {"": "zh-CN", "-en": "en-GB"}
VIEWS = tuple(itertools.product(LOCALES, WIDTHS))
QUALITY = 80
ROOT = Path(__file__).parents[2]
SHOWN = ROOT / "docs" / "screenshots"
ALBUM = ROOT / "docs" / "pages.md"
HEADING = """# All pages

Every page in Chinese and in English, at a desk and on a phone, as `make screenshots` takes them: generated people of a
generated town.
"""


def file_names(name: str) -> list[str]:
    """The files with the pictures of a page: in Chinese at a desk and on a phone, then in English."""
    return [f"{name}{locale}{width}.webp" for locale, width in VIEWS]


def album(names: list[str]) -> str:
    """A document that shows the pictures of some pages."""
    said = ["", "on a phone", "in English", "in English, on a phone"]
    return HEADING + "".join(
        f"\n## {name}\n\n"
        + "".join(
            f"![{' '.join((name, how)).strip()}](screenshots/{file})\n"
            for how, file in zip(said, file_names(name), strict=True)
        )
        for name in names
    )


def photograph(page: Page) -> bytes:
    """What a window shows, as WebP."""
    page.bring_to_front()
    session = page.context.new_cdp_session(page)
    seen = {"x": 0, "y": 0, "scale": 1, **(page.viewport_size or {})}
    said = {"format": "webp", "quality": QUALITY, "clip": seen}
    taken = session.send("Page.captureScreenshot", said)
    session.detach()
    return base64.b64decode(taken["data"])


def pictures() -> Iterator[tuple[str, str, bytes]]:
    """Rehearse until a day in April and look at every page in every way: (page, file, picture)."""
    with (
        tempfile.TemporaryDirectory() as place,
        a_town(Path(place), people=600, until=DAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        rehearsal.book(DAY)
        pages = addresses(deployment, things_to_show(api, rehearsal, DAY))
        for view, (locale, width) in enumerate(VIEWS):
            viewers = Viewers(browser, deployment, *WIDTHS[width], LOCALES[locale])
            for name, address in pages:
                page = viewers.of(name, address)
                page.goto(address)
                yield name, file_names(name)[view], photograph(page)
            viewers.close()


def main(folder: Path) -> list[str]:
    """Keep a picture of every page in a folder; return the names of the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, None] = {}
    for name, file, picture in pictures():
        names[name] = None
        (folder / file).write_bytes(picture)
    return list(names)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        for old in SHOWN.iterdir():
            old.unlink()
        ALBUM.write_text(album(main(SHOWN)), encoding="utf-8")

"""Takes a picture of every page: `python -m tests.pages.screenshots [FOLDER]`.

Without a folder they go to docs/screenshots, and the README shows them.
"""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.support.running_town import Viewers, a_browser, a_town, addresses, things_to_show

DAY = date(2024, 4, 24)
WIDTHS = {"": (1280, 900), "-phone": (390, 844)}
ROOT = Path(__file__).parents[2]
SHOWN = ROOT / "docs" / "screenshots"
ALBUM = re.compile(r"(?<=phone</summary>\n\n).*?(?=\n</details>)", re.DOTALL)


def show(names: list[str], readme: Path) -> None:
    """Have the README show a picture of each page at both widths, in this order."""
    lines = [
        f"![{name}{said}](docs/screenshots/{name}{suffix}.png)\n"
        for name in names
        for said, suffix in (("", ""), (" on a phone", "-phone"))
    ]
    readme.write_text(ALBUM.sub("".join(lines), readme.read_text()))


def main(folder: Path) -> list[str]:
    """Rehearse until a day in April, photograph every page at both widths; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        a_town(Path(place), people=600, until=DAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        rehearsal.book(DAY)
        expected = [row for row in rehearsal.expected(DAY) if row["site"] == "stadium"]
        for row in expected[: len(expected) // 2]:
            rehearsal.arrive(row, DAY)
        api.settle()
        pages = addresses(deployment, things_to_show(api, rehearsal, DAY))
        for suffix, (width, height) in WIDTHS.items():
            viewers = Viewers(browser, deployment, width, height)
            for name, address in pages:
                page = viewers.of(name, address)
                page.goto(address)
                page.screenshot(path=folder / f"{name}{suffix}.png")
            viewers.close()
        return [name for name, _ in pages]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        show(main(SHOWN), ROOT / "README.md")

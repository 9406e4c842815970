"""How long a version of the screening rules takes to judge everybody again: `python -m tests.bench.trial [PEOPLE]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from services.screening.desk.views import screenings
from services.screening.rules import loading
from services.screening.trials.queries import tried
from shared.town.mirrors.residents import residents
from tests.support.part import PartUnderTest

PEOPLE = 72_000
FEVERISH = 40


def main(words: list[str]) -> None:
    """Fill the views with people screened once each, judge them by every version, print seconds."""
    people = int(words[0]) if words else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        part = PartUnderTest(Path(folder), "screening")
        with part.app.store.connection() as connection:
            connection.execute(insert(residents), [_resident(n) for n in range(people)])
            connection.execute(insert(screenings), [_screening(n) for n in range(people)])
            connection.commit()
        for version, rules in loading.versions().items():
            began = time.perf_counter()
            found = tried(part.app, rules)
            seconds = time.perf_counter() - began
            print(
                f"{people} screenings by {version}: {seconds:.1f} s, same {found['same']},"
                f" otherwise {len(found['differences'])}, untold {found['untold']}"
            )


def _resident(number: int) -> dict[str, object]:
    sex = ("female", "male")[number % 2]
    facts = {"resident": f"{number:036}", "unit": "v01", "cohort": "general", "sex": sex}
    return facts | {"birth_date": f"{1950 + number % 55}-04-02", "identity": ""}


def _screening(number: int) -> dict[str, object]:
    ill = number % FEVERISH == 0
    found = {"status": "deferred" if ill else "cleared", "reasons": "fever" if ill else ""}
    found |= {"until": "2024-04-09" if ill else "2024-04-02", "temperature": 38.2 if ill else 36.5}
    yes = "healthy" if 1950 + number % 55 < 1964 else ""
    about = {"position": f"{number:09}", "resident": f"{number:036}", "day": "2024-04-02"}
    at = {"site": "stadium", "recorded_at": f"2024-04-02T08:00:00.{number:06}", "actor": "doctor"}
    return about | found | at | {"yes": yes, "dose": 1, "rules": loading.CURRENT}


if __name__ == "__main__":
    main(sys.argv[1:])

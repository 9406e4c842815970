"""Flagging what does not add up: linked records' doses, accounts that look at too many people."""

from __future__ import annotations

from services.supervision.checks.queries import doubtful_persons
from services.supervision.domain.anomaly import Anomaly
from services.supervision.looks import queries as looks
from shared.town.work import Work

# A nurse opens some 300 people a day one by one, a chief may page through a whole unit.
MOST_A_DAY = 2500
MOST_ALONE = 500


def flag(work: Work, kind: str, subject: str, detail: str) -> None:
    """Flag an anomaly; once flagged it stays as it is."""
    anomaly = work.begin(Anomaly, Anomaly.create_id(kind, subject))
    anomaly.flag(kind, subject, detail)
    work.save(anomaly)


def flag_linked_doses(work: Work) -> int:
    """Flag persons whose records together have doses the rules forbid (R04); how many are."""
    found = list(doubtful_persons(work))
    for person, why in found:
        flag(work, "linked_doses", person, why)
    return len(found)


def flag_curious(work: Work) -> int:
    """Flag accounts that were shown unusually many residents today; return how many are."""
    today = work.today().isoformat()
    shown = looks.shown_since(work, today)
    curious = [row for row in shown if row["all"] > MOST_A_DAY or row["alone"] > MOST_ALONE]
    for row in curious:
        detail = f"shown {row['all']} residents, {row['alone']} of them one by one"
        flag(work, "many_looks", f"{row['login']} {today}", detail)
    return len(curious)

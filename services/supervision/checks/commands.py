"""Flagging what does not add up: linked records' doses, accounts and parts that see too many people."""

from __future__ import annotations

from services.supervision.checks.queries import (
    doses_from,
    doubtful,
    doubtful_persons,
    unclosed,
    unread_fridges,
)
from services.supervision.domain.anomaly import Anomaly
from services.supervision.looks import queries as looks
from services.supervision.stock import queries as stock
from shared.kit.contracts import Event
from shared.town.work import Work

# A nurse opens some 300 people a day one by one, a chief may page through a whole unit.
MOST_A_DAY = 2500
MOST_ALONE = 500
# A site sees 800 people a day, a screener those of three: no part needs so many different people's
# keys in an hour. Of people it has nothing to do with it asks by a mistake of some minutes only.
MOST_KEYS_AN_HOUR = 2500
MOST_STRANGERS = 20
NOT_CLOSED = "not closed by noon after"


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


def flag_doses(work: Work, resident: str) -> None:
    """Flag somebody whose doses the rules forbid: two first ones, too many, too close (R04)."""
    if why := doubtful(work, resident):
        flag(work, "doubtful_doses", resident, why)


def flag_transfers(work: Work) -> int:
    """Flag doses sent from site to site that have no owner, or two, a day later; return how many notes."""
    found = list(stock.unmatched(work, work.today()))
    for note, why in found:
        flag(work, "transfer", note, why)
    return len(found)


def flag_unclosed(work: Work) -> int:
    """Flag days on which a site vaccinated and that it had not closed by noon after; how many are."""
    found = unclosed(work)
    for site, day in found:
        flag(work, "day_not_closed", f"{site} {day}", NOT_CLOSED)
    return len(found)


def flag_closed_open(work: Work, site: str, day: str, points: list[str]) -> None:
    """Flag a day that was closed with points open."""
    if points:
        flag(work, "closed_open", f"{site} {day}", f"left open: {' '.join(points)}")


def flag_unread_fridges(work: Work) -> int:
    """Flag days on which a site vaccinated and did not read its refrigerators twice; how many there are."""
    found = list(unread_fridges(work, work.today()))
    for site, day, fridges in found:
        flag(work, "fridge_not_read", f"{site} {day}", ", ".join(fridges))
    return len(found)


def flag_warm_fridge(work: Work, reading: str, celsius: float, read_at: str) -> None:
    """Flag a refrigerator out of 2 to 8 °C; `reading`: its site, its name and the reading's number."""
    flag(work, "fridge_out_of_range", reading, f"{celsius:g} {read_at}")


def flag_release(work: Work, event: Event) -> None:
    """Flag a batch that was let out of quarantine: who did it, who decided so, and why."""
    told = event.data
    about = f"{told['site']} {told['cause']} {event.occurred_at} {told['batch']}"
    detail = f"{event.actor}|{told['decided_by']}|{told['reason']}"
    flag(work, "quarantine_lifted", about, detail)


def flag_package(work: Work, code: str) -> None:
    """Flag a package that was used for more doses than it holds, at whichever sites."""
    used, holds = doses_from(work, code)
    if used > holds:
        flag_used_package(work, code, used, holds)


def flag_used_package(work: Work, code: str, used: int, holds: int) -> None:
    """Flag a package that was shown for more doses than it holds."""
    flag(work, "trace_code_used", code, f"shown for {used} doses, holds {holds}")


def flag_curious(work: Work) -> int:
    """Flag accounts that were shown unusually many residents today; return how many are."""
    today = work.today().isoformat()
    shown = looks.shown_since(work, today)
    curious = [row for row in shown if row["all"] > MOST_A_DAY or row["alone"] > MOST_ALONE]
    for row in curious:
        detail = f"shown {row['all']} residents, {row['alone']} of them one by one"
        flag(work, "many_looks", f"{row['login']} {today}", detail)
    return len(curious)


def flag_hungry(work: Work) -> int:
    """Flag parts that asked today for unusually many residents' keys; return how many did."""
    today = work.today().isoformat()
    found = looks.hungriest_since(work, today, MOST_KEYS_AN_HOUR, MOST_STRANGERS)
    hungry = {row["part"]: row for row in found}
    for part, row in hungry.items():
        detail = (
            f"{row['in_hour']} residents in an hour, {row['withheld']} of {row['asked']} withheld"
        )
        flag(work, "many_keys", f"{part} {today}", detail)
    return len(hungry)

"""Flag reactions that are not reported up, and suspect clusters of alike ones."""

from __future__ import annotations

from datetime import date

from services.supervision.checks.commands import flag
from services.supervision.domain.cluster import Alike, Cluster
from services.supervision.reactions import queries
from shared.town.work import Work


def flag_clocks(work: Work) -> int:
    """Flag reactions whose time to be reported runs out soon or has run out; how many there are."""
    found = [each for each in queries.running(work) if each["soon"] or each["overdue"]]
    for each in found:
        kind = "reaction_overdue" if each["overdue"] else "reaction_due"
        detail = f"{each['site']} {'urgent' if each['urgent'] else 'other'} {each['due']}"
        flag(work, kind, f"{each['card']} {each['due']}", detail)
    return len(found)


def look_for_clusters(work: Work, card: str) -> None:
    """Suspect a cluster where a card's sign is that of enough others, of one batch or at one site."""
    for sign in queries.signs_of(work, card):
        other = sign["other"] or None
        day = date.fromisoformat(sign["day"])
        of_batch = Alike("batch", sign["batch"], sign["sign"], other)
        if queries.is_known(work, of_batch, day) or _suspect(work, of_batch, day):
            continue
        of_site = Alike("site", sign["site"], sign["sign"], other)
        if not queries.is_known(work, of_site, day):
            _suspect(work, of_site, day)


def _suspect(work: Work, alike: Alike, day: date) -> bool:
    """Suspect a cluster, if there are enough cases; tell whether there are."""
    cases = queries.window(work, queries.alike(work, alike, day), day)
    if cases is None:
        return False
    days = sorted(date.fromisoformat(row["day"]) for row in cases)
    cluster = work.begin(Cluster, Cluster.create_id(alike, days[0]))
    named = [{"card": row["card"], "site": row["site"]} for row in cases]
    if cluster.suspect(alike, days[0], days[-1], named):
        work.save(cluster)
        detail = f"{alike.kind} {alike.sign} {len(cases)} {days[0]} {days[-1]} {alike.place}"
        flag(work, "reaction_cluster", str(cluster.id), detail)
    return True

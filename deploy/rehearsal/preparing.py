"""Before the first day of a rehearsal: rosters, answers, vaccine, sessions."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from deploy.parts import SHARDED
from deploy.rehearsal.api import Api, Unanswered
from deploy.rehearsal.person import Person, Town
from deploy.rehearsal.rosters import write_rosters
from shared.kit.language import at_terminal
from shared.town.deployment import source_of

ANSWERS_AT_ONCE = 500
BATCHES_PER_SITE = 4
# So many of each unit are asked by telephone; the rest answer on a list.
CALLED_PER_UNIT = 1

People = dict[str, Person]
"""Who is registered, by the resident's id, in the order of the rosters."""


def prepare(api: Api, town: Town, batch_size: int) -> People:
    """Hand in the rosters, collect the answers, equip the sites; return who is registered."""
    campaign, people = api.deployment.campaign, People()
    api.set_clock(campaign.start, "06:00")
    with tempfile.TemporaryDirectory() as folder:
        for path in write_rosters(town, campaign, Path(folder)):
            people |= _hand_in(api, town, path)
    units = [unit.code for unit in campaign.units]
    api.settle(["registration"], ["supervision"])  # who works for which unit
    api.each(partial(_share_out, api, town), units)
    api.each(partial(_answer, api, people), units)
    api.each(partial(_equip, api, batch_size), [site.code for site in campaign.sites])
    api.settle()
    return people


def _hand_in(api: Api, town: Town, path: Path) -> People:
    unit, roster = path.stem, town.of_unit(path.stem)
    if not roster:
        return {}
    result = api.roster(unit, path.read_bytes(), f"roster {unit}")
    entries = sorted(result["entries"], key=lambda entry: entry["row"])
    if len(entries) != len(roster) or result["rows"] != len(roster):
        raise Unanswered(
            at_terminal(
                "名册 {unit}：{rows} 行中有 {taken} 行已登记",
                "roster {unit}: {taken} of {rows} rows are in",
                unit=unit,
                taken=len(entries),
                rows=len(roster),
            )
        )
    return {entry["resident"]: person for person, entry in zip(roster, entries, strict=True)}


def _share_out(api: Api, town: Town, unit: str) -> None:
    """The office names who stands for a unit; its clerk or cadres are responsible (R14, R24)."""
    url, chief = f"/api/units/{unit}", f"{unit}-chief"
    officers = {"chief": chief, "clerk": chief, "contact_leader": "office"}
    api.command("registration", f"{url}/officers", officers, f"officers {unit}")
    found = api.get("registration", f"{url}/cadres")["cadres"]
    cadres = [row["cadre"] for row in found if row["cadre"] != chief]
    if cadres and town.of_unit(unit):
        since = str(api.deployment.campaign.start)
        everybody = {"choice": "rule", "cadres": cadres, "since": since}
        api.command("registration", f"{url}/assignments", everybody, f"cadres {unit}")


def _call(api: Api, resident: str, person: Person) -> None:
    """Somebody is called: not reached at first, then answers."""
    url = f"/api/residents/{resident}/contacts"
    said: dict[str, str] = {"outcome": "willing", "wished_week": person.wished_week}
    if not person.consents:
        said = {"outcome": "refused", "reason": person.decline_reason or "other"}
    for number, outcome in enumerate(({"outcome": "not_reached"}, said)):
        body = {"channel": "phone"} | outcome
        send = api.try_command if person.is_child and number else api.command
        send("registration", url, body, f"call {resident} {number}")


def _answer(api: Api, people: People, unit: str) -> None:
    called = [r for r, person in people.items() if person.unit == unit][:CALLED_PER_UNIT]
    for resident in called:
        _call(api, resident, people[resident])
    answers = [
        {"resident": resident, "answer": "consent", "wished_week": person.wished_week}
        if person.consents
        else {"resident": resident, "answer": "decline", "reason": person.decline_reason}
        for resident, person in people.items()
        if person.unit == unit and resident not in called and not person.is_child
    ]
    for resident, person in people.items():
        if person.unit == unit and person.is_child and resident not in called:
            consent = {"wished_week": person.wished_week}
            address = f"/api/residents/{resident}/consent"
            api.try_command("registration", address, consent, f"child {resident}")
    url = f"/api/units/{unit}/answers"
    for n in range(0, len(answers), ANSWERS_AT_ONCE):
        some = {"answers": answers[n : n + ANSWERS_AT_ONCE]}
        api.command("registration", url, some, f"answers {unit} {n}")


def _equip(api: Api, batch_size: int, site: str) -> None:
    source, plan = source_of(SHARDED, site), api.deployment.campaign
    product = plan.products[0].code
    for n in range(BATCHES_PER_SITE):
        batch = {
            "batch": batch_name(product, site, n),
            "product": product,
            "doses": batch_size,
            "expiry": (plan.end + timedelta(days=180 + 30 * n)).isoformat(),
        }
        api.command(source, "/api/batches", batch, f"batch {site} {n}")
    days = {"from_day": str(plan.start), "to_day": str(plan.end), "product": product}
    api.command(source, "/api/sessions", days, f"sessions {site}")


def batch_name(product: str, site: str, number: int) -> str:
    """Return the number of a site's batch, counted from 0."""
    return f"{product[:2].upper()}{site[:3].upper()}-{number + 1:02}"

"""Verb of those who read names: the right one or none, and none once the person is forgotten."""

from __future__ import annotations

from deploy.simulation.facts import must
from deploy.simulation.people import people
from deploy.simulation.steps import Step
from deploy.simulation.world import World

READERS = ("screening", "appointments/north", "appointments/south", "supervision")
ASKED_FOR_THE_FORGOTTEN = 0.5


def read_name(world: World, step: Step) -> None:
    """Somebody reads a name, by what the log says where it is sealed."""
    part = READERS[step.number % len(READERS)]
    process = world.town.processes.get(part)
    if process is None or "registration" in world.set_back:
        return
    everybody, erased = people(), world.histories.facts.erased
    if erased and step.chance < ASKED_FOR_THE_FORGOTTEN:
        everybody = [each for each in everybody if str(each.resident) in erased]
    person = everybody[int(step.chance * 10**4) % len(everybody)]
    who = str(person.resident)
    sealed, forgotten = None, False
    reached = process.store.reached("registration").position
    for event in world.histories.events["registration"][:reached]:
        if event.data.get("resident") != who:
            continue
        if event.name == "ResidentRegistered":
            sealed = event.sealed("identity")
        elif event.name == "ResidentErased" and "facts" in event.data["classes"]:
            forgotten = True
    if sealed is None:
        return
    world.touched.add("registration")  # which writes down whom it gives keys to
    read = process.work.privacy.read(who, sealed, ("name",))
    name = read["name"] if read else None
    must(name in (None, person.name), "a name is the right one", f"{part}: {who}")
    must(not (forgotten and name), "nobody reads who is forgotten", f"{part}: {who}")
    see = world.town.sightings.see
    if forgotten:
        see("name of a forgotten person could not be read")
    else:
        see("name was read" if name else "name could not be read while registration was away")

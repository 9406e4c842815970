"""What must hold after every step, every so many steps, and when everything is healed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deploy.simulation.facts import must
from deploy.simulation.process import Process
from deploy.simulation.world import World
from services.appointments.stock.views import batches
from services.supervision.ledger.chain import broken_at
from services.supervision.ledger.queries import counted_sources, sources
from services.supervision.ledger.views import ledger
from shared.kit import disowned
from shared.kit.contracts.histories import parts_of
from shared.kit.eventstore import followed
from shared.town.mirrors.staff import signing_keys

View = dict[str, list[tuple[Any, ...]]]


def after_step(world: World) -> None:
    """Of the parts that a step has touched: nothing lost, nothing false, no gap."""
    for source in sorted(world.touched):
        if (process := world.town.processes.get(source)) is not None:
            world.histories.read(process.store)
    for source in sorted(world.touched):
        if (process := world.town.processes.get(source)) is not None:
            _nothing_false(world, process)
    world.touched.clear()


def _nothing_false(world: World, process: Process) -> None:
    """A follower holds only what its source has said, up to where it says that it is."""
    with process.store.connection() as connection:
        of = {source: followed.reached(connection, source) for source in process.inboxes}
    for source, reached in of.items():
        if reached.decided and reached.link is not None:
            place = world.histories.ever[source].get(reached.link or b"")
            where = f"{process.source} follows {source} at {reached.decided}, which was not said"
            must(place == reached.decided, "followers hold only what was said", where)
        ahead = f"{process.source}: {source} {reached}"
        void = source in world.accepted and reached.link is None
        fits = reached.position <= reached.decided or void
        must(fits, "views are not ahead of decisions", ahead)


def now_and_then(world: World) -> None:
    """What costs more to look at: every byte again, the ledger, the stock, the keys."""
    for source in world.town.sources:
        if (process := world.town.processes.get(source)) is None:
            continue
        world.histories.read(process.store)
        world.histories.must_be_unchanged(process.store)
        _no_foreign_word(world, process)
        if process.work.site_code is not None:
            _stock(world, process)
    world.client.must_be_done_once()
    if (supervision := world.town.processes.get("supervision")) is not None:
        ledger_holds(world, supervision, whole=False)


def _no_foreign_word(world: World, process: Process) -> None:
    """What is another's to say is kept as evidence, and has no effect."""
    known = {row["key"] for row in process.work.rows(select(signing_keys.c.key))}
    foreign = known - world.histories.facts.keys
    if "supervision" not in world.set_back:
        must(not foreign, "disowned events have no effect", f"{process.source}: {foreign}")
    for each in disowned.found(process.work):
        if each["source"] != process.source:
            world.town.sightings.see("event that is another's to say was disowned")


def _stock(world: World, process: Process) -> None:
    """The view of batches says what the log says."""
    rows = process.work.rows(select(batches))
    sums = ("received", "used", "wasted", "moved", "lost")
    shown = {row["batch"]: tuple(row[name] for name in sums) for row in rows}
    said = {
        batch: tuple(getattr(stock, name) for name in sums)
        for (site, batch), stock in world.histories.facts.stock.items()
        if site == process.work.site_code
    }
    must(shown == said, "received = used + wasted + left", f"{process.source}: {shown}, {said}")


def ledger_holds(world: World, supervision: Process, *, whole: bool) -> None:
    """The ledger is part of the union of the sources; in the end all of it."""
    must(
        broken_at(supervision.work) is None, "the ledger's chain fits", broken_at(supervision.work)
    )
    histories, counting = world.histories, set[tuple[str, int]]()
    told = {source: supervision.store.histories(source) for source in world.town.sources}
    for row in supervision.work.rows(select(ledger.c.source, ledger.c.position, ledger.c.body)):
        (source, number), position = parts_of(row["source"]), row["position"]
        body, where = bytes(row["body"]), f"{row['source']}:{position}"
        was_lost = histories.was_lost(source, position, body)
        if not told[source].counts(number, position):
            must(was_lost, "what does not count is what was lost", where)
        elif histories.says(source, position, body):
            # Perhaps once more: what was lost and is said again in its place is there.
            counting.add((source, position))
        else:
            awaits = was_lost and source not in world.accepted
            must(awaits, "the ledger holds what the sources said", where)
    counted = counted_sources(supervision.work)
    must(sources(supervision.work) == counted, "what is held is kept with the ledger", counted)
    for each in counted:
        must(not each["gaps"], "the ledger has no gaps", each)
    if whole:
        missing = [
            (source, each.position)
            for source, events in histories.said.items()
            for each in events
            if ("supervision", source) not in world.standing
            and (source, each.position) not in counting
        ]
        must(not missing, "the ledger equals the union of the sources", missing)


def view_of(process: Process) -> View:
    """Return everything that a part's views hold, for comparing with a rebuild."""
    with process.store.connection() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in process.store.views.tables.sorted_tables
        }


def difference(before: View, after: View) -> str:
    """Return where two views differ, in words; "" if they do not."""
    for name, rows in before.items():
        if rows != after[name]:
            gone = [row for row in rows if row not in after[name]]
            new = [row for row in after[name] if row not in rows]
            return f"{name}: a rebuild has {new[:3]} instead of {gone[:3]}"
    return ""

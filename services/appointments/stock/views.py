"""Tables of batches: received = used + wasted + moved + lost + left; what is ordered back; movements."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add, change, put

tables = MetaData()
batches = Table(
    "batches",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("wasted", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("expiry", String, nullable=False),
    Column("per_vial", Integer, nullable=False),
    Column("counted", String),  # the day it was counted last
    Column("recalled", String),
    Column("fridge", String),  # where it lies, null where nobody said
    Column("times", Integer, nullable=False),  # how often it was put into quarantine
)
# Causes of quarantine that nobody has lifted; `of`: the refrigerator, or the number ordered back.
held = Table(
    "held_batches",
    tables,
    Column("batch", String, primary_key=True),
    Column("cause", String, primary_key=True),
    Column("of", String, nullable=False),
    Column("celsius", Float),
    Column("read_at", String),
    Column("since", String, nullable=False),
)
# Batches that all sites are to recall, whether or not they are here.
ordered = Table(
    "ordered_back",
    tables,
    Column("batch", String, primary_key=True),
    Column("product", String, primary_key=True),
    Column("reason", String, nullable=False),
)
# What happened to batches except doses that were given, which stand with the courses.
movements = Table(
    "movements",
    tables,
    Column("event", String, primary_key=True),
    Column("batch", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),  # received, arrived, wasted, sent, counted
    Column("doses", Integer, nullable=False),
    Column("reason", String),  # of a loss
    Column("opened", Boolean),
    Column("expected", Integer),  # of a count
    Column("note", String),
)
# Opened vials that hold doses still; `code`: their trace code, "" for the one that nobody scanned.
vials = Table(
    "opened_vials",
    tables,
    Column("batch", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("opened_at", String, nullable=False),
    Column("left", Integer, nullable=False),
)
views = Views(tables)
_PER_VIAL = Prepared(select(batches.c.per_vial).where(batches.c.batch == bindparam("wanted")))
_GONE = batches.c.used + batches.c.wasted + batches.c.moved + batches.c.lost
_EMPTY = select(batches.c.batch).where(
    batches.c.batch == bindparam("wanted"), batches.c.received <= _GONE
)
_CLOSE = Prepared(delete(vials).where(vials.c.batch.in_(_EMPTY)))
_KINDS = {
    "BatchReceived": "received",
    "DosesArrived": "arrived",
    "DosesWasted": "wasted",
    "DosesSent": "sent",
    "StockCounted": "counted",
}
_NOTHING = {"times": 0, "received": 0, "used": 0, "wasted": 0, "moved": 0, "lost": 0}


@views.on("BatchReceived", "DosesArrived")
def _received(connection: Connection, event: Event) -> None:
    data = event.data
    if add(connection, batches, "batch", data, received=data["doses"]):
        row = {"batch": data["batch"], "per_vial": data["per_vial"]}
        change(connection, batches, "batch", row)
        return
    row = {key: data[key] for key in ("batch", "product", "expiry", "per_vial")}
    connection.execute(insert(batches), _NOTHING | row | {"received": data["doses"]})


@views.on("DoseDrawn")
def _drawn(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, used=1)


@views.on("DoseAdministered")
def _opened(connection: Connection, event: Event) -> None:
    """Take the dose from the vial that is open, or else open one, where a vial holds several."""
    batch, code = event.data["batch"], event.data["trace_code"] or ""
    holds = _PER_VIAL.value(connection, {"wanted": batch})
    if (holds or 1) == 1:
        return
    this = vials.c.batch == batch, vials.c.code == code
    left = connection.execute(select(vials.c.left).where(*this)).scalar()
    if left is None:
        row = {"batch": batch, "code": code, "opened_at": event.occurred_at, "left": holds - 1}
        connection.execute(insert(vials), row)
    else:
        _leave(connection, batch, code, left - 1)
    _close(connection, batch)


def _leave(connection: Connection, batch: str, code: str, left: int) -> None:
    """Leave so many doses in a vial."""
    this = vials.c.batch == batch, vials.c.code == code
    changing = update(vials).where(*this).values(left=left) if left else delete(vials).where(*this)
    connection.execute(changing)


def _empty_oldest(connection: Connection, batch: str, doses: int) -> None:
    """Take doses written off from the vials that are open longest."""
    query = select(vials).where(vials.c.batch == batch).order_by(vials.c.opened_at, vials.c.code)
    for vial in connection.execute(query).mappings().all():
        taken = min(doses, vial["left"])
        _leave(connection, batch, vial["code"], vial["left"] - taken)
        doses -= taken
        if not doses:
            return


def _close(connection: Connection, batch: str) -> None:
    """Where nothing is left of a batch, no vial of it is open, whatever it might have held."""
    _CLOSE.run(connection, {"wanted": batch})


@views.on("DosesWasted")
def _wasted(connection: Connection, event: Event) -> None:
    data = event.data
    add(connection, batches, "batch", data, wasted=data["doses"])
    if data["opened"]:
        _empty_oldest(connection, data["batch"], data["doses"])
    _close(connection, data["batch"])


@views.on("DosesSent")
def _sent(connection: Connection, event: Event) -> None:
    add(connection, batches, "batch", event.data, moved=event.data["doses"])
    _close(connection, event.data["batch"])


@views.on("StockCounted")
def _counted(connection: Connection, event: Event) -> None:
    data = event.data
    add(connection, batches, "batch", data, lost=data["expected"] - data["counted"])
    change(connection, batches, "batch", {"batch": data["batch"], "counted": data["day"]})
    _close(connection, data["batch"])


@views.on("BatchRecalled")
def _recalled(connection: Connection, event: Event) -> None:
    row = {"batch": event.data["batch"], "recalled": event.data["reason"]}
    change(connection, batches, "batch", row)


@views.on("RecallOrdered")
def _ordered(connection: Connection, event: Event) -> None:
    put(connection, ordered, ("batch", "product"), event.data)


@views.on(*_KINDS)
def _moved(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data.get(name) for name in ("batch", "reason", "opened", "expected")}
    row |= {"event": event.id, "at": event.recorded_at, "kind": _KINDS[event.name]}
    row["doses"] = data["counted"] if event.name == "StockCounted" else data["doses"]
    row["note"] = data["explanation"] if event.name == "StockCounted" else data["note"]
    connection.execute(insert(movements), row)


@views.on("BatchStored")
def _stored(connection: Connection, event: Event) -> None:
    change(connection, batches, "batch", {name: event.data[name] for name in ("batch", "fridge")})


@views.on("BatchQuarantined")
def _held(connection: Connection, event: Event) -> None:
    data = event.data
    add(connection, batches, "batch", data, times=1)
    row = {name: data[name] for name in ("batch", "cause", "celsius", "read_at")}
    row |= {"of": data["known"] or data["fridge"], "since": event.occurred_at}
    put(connection, held, ("batch", "cause"), row)


@views.on("QuarantineLifted")
def _lifted(connection: Connection, event: Event) -> None:
    this = held.c.batch == event.data["batch"], held.c.cause == event.data["cause"]
    connection.execute(delete(held).where(*this))

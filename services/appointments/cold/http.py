"""Refrigerators and quarantine over HTTP."""

from __future__ import annotations

from datetime import date

from services.appointments.cold import commands, schemas
from services.appointments.cold.queries import mistaken
from services.appointments.domain.fridge import LIKELY
from services.appointments.fridge import commands as fridge_commands
from services.appointments.fridge import queries
from services.appointments.permissions import LEADER, LEADER_OR_OFFICE, SITE_STAFFED, SITE_TEAM
from services.appointments.stock.queries import batch_of, stock
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town.contracts.fridges import is_cold
from shared.town.terms.fridges import QUARANTINE_CAUSES
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/fridges", allow=SITE_TEAM, params=OfDay)
def fridges(web: Web, day: date | None) -> Answer:
    """The readings of a day, and which are missing."""
    day = day or web.work.today()
    readings, missing = queries.readings_of(web.work, day), queries.missing(web.work, day)
    return {"day": day.isoformat(), "readings": readings, "missing": missing}


def _reading(web: Web, body: Body) -> Question | None:
    """Say what is held for a temperature out of 2 to 8 °C, and ask again of an unlikely one."""
    celsius, fridge = body["celsius"], body["fridge"]
    queries.must_be_here(web.work, fridge)
    if is_cold(celsius) or body["sure"]:
        return None
    held = listed(row["batch"] for row in commands.lying_in(web.work, fridge))
    says = t(
        "冰箱 {fridge}：{celsius} ℃，超出 2–8 ℃。登记后将隔离的批号：{held}。请再看一次温度计。",
        "Refrigerator {fridge}: {celsius} °C, out of 2–8 °C. These batches will be in quarantine: {held}."
        " Look at the thermometer again.",
        fridge=fridge,
        celsius=f"{celsius:g}",
        held=held or t("无", "none"),
    )
    unlikely = not LIKELY[0] <= celsius <= LIKELY[1]
    if unlikely:
        says = t("这不像疫苗冰箱的温度。", "That is unlikely for vaccine. ") + says
    sure = (("sure", "true"),) if unlikely else ()
    button = t("确是 {celsius} ℃，登记", "It is {celsius} °C; record it", celsius=f"{celsius:g}")
    return Question(says, button, bound=f"{fridge} {celsius}", adds=sure)


def _read(answer: commands.ReadAndHeld) -> str:
    if not answer["held"]:
        return t("已登记读数。", "The reading is recorded.")
    held = listed(answer["held"])
    return t(
        "已登记读数，已隔离：{held}。", "The reading is recorded; in quarantine: {held}.", held=held
    )


@endpoints.command(
    "/api/fridges/readings",
    allow=SITE_STAFFED,
    body=schemas.Reading,
    confirm=_reading,
    tells=_read,
)
def read(web: Web, body: Body) -> commands.ReadAndHeld:
    """Record a refrigerator's temperature; out of 2 to 8 °C its batches are held."""
    return commands.read_fridge(web.work, **body)


@endpoints.command(
    "/api/fridges/<fridge>/readings/<int:number>/withdraw",
    allow=SITE_STAFFED,
    body=schemas.Withdrawing,
    tells=Text("读数已撤回，请重新登记。", "The reading is withdrawn; record the right one."),
)
def withdraw(web: Web, body: Body, fridge: str, number: int) -> fridge_commands.Read:
    """Take a wrong reading back; what is held for it stays so until somebody decides."""
    return fridge_commands.withdraw(web.work, fridge, number, **body)


def _stored(answer: commands.Stored) -> str:
    says = t("存放位置已登记。", "Where it lies is recorded.")
    if answer["warm"]:
        says += t(
            "这一批在隔离：冰箱 {warm}，超出 2–8 ℃。",
            " The batch is in quarantine: refrigerator {warm}, out of 2–8 °C.",
            warm=answer["warm"],
        )
    return says


@endpoints.command(
    "/api/batches/<path:batch>/fridge",
    allow=LEADER,
    body=schemas.Storing,
    tells=_stored,
)
def store(web: Web, body: Body, batch: str) -> commands.Stored:
    """Say in which refrigerator a batch lies."""
    return commands.store(web.work, batch, **body)


def _lifting(web: Web, body: Body, batch: str) -> Question:
    """Say what may be given again, who decided so, and of a refrigerator that is too warm still."""
    stocked = batch_of(web.work, batch)
    warm = queries.out_of_range(web.work, stocked.fridge) if body["cause"] == "fridge" else []
    says = _still(warm) + t(
        "将解除批号 {batch} 的隔离（{cause}）：{reason}。决定人：{by}。",
        "The quarantine of batch {batch} ends ({cause}): {reason}. Decided by: {by}.",
        batch=batch,
        cause=QUARANTINE_CAUSES[body["cause"]],
        reason=body["reason"],
        by=body["decided_by"],
    )
    bound = " ".join([batch, *(f"{row['fridge']} {row['number']}" for row in warm)])
    return Question(says, t("确认解除隔离", "Release the batch"), bound=bound)


def _still(warm: list[queries.Reading]) -> str:
    return "".join(
        t(
            "冰箱 {fridge} 最近一次读数仍是 {celsius} ℃（{at}），超出 2–8 ℃。",
            "Refrigerator {fridge} still reads {celsius} °C ({at}), out of 2–8 °C. ",
            fridge=row["fridge"],
            celsius=f"{row['celsius']:g}",
            at=row["read_at"].replace("T", " "),
        )
        for row in warm
    )


@endpoints.command(
    "/api/batches/<path:batch>/release",
    allow=LEADER_OR_OFFICE,
    body=schemas.Lifting,
    confirm=_lifting,
    tells=Text("隔离已解除。", "The batch is released."),
)
def lift(web: Web, body: Body, batch: str) -> commands.Lifted:
    """Let a batch in quarantine be given again."""
    return commands.lift(web.work, batch, **body)


def _releasing(web: Web, body: Body, fridge: str, number: int) -> Question:
    """Say which batches may be given again. Raises `NotWithdrawn`."""
    held = listed(commands.held_for(web.work, fridge, number))
    says = _still(queries.out_of_range(web.work, fridge)) + t(
        "将解除因撤回的读数隔离的批号：{held}（{reason}）。决定人：{by}。",
        "The quarantine of these batches, held for a withdrawn reading, ends: {held} ({reason})."
        " Decided by: {by}.",
        held=held,
        reason=body["reason"],
        by=body["decided_by"],
    )
    return Question(says, t("确认全部解除隔离", "Release them all"))


@endpoints.command(
    "/api/fridges/<fridge>/readings/<int:number>/release",
    allow=LEADER_OR_OFFICE,
    body=schemas.Releasing,
    confirm=_releasing,
    tells=Text("隔离已解除。", "The batches are released."),
)
def release(web: Web, body: Body, fridge: str, number: int) -> commands.Released:
    """Let all batches held for a withdrawn reading be given again."""
    return commands.release(web.work, fridge, number, **body)


@endpoints.page("/fridge", allow=SITE_TEAM, params=OfDay)
def fridge_page(web: Web, day: date | None) -> str:
    """Show today's readings, what is missing, batches in quarantine, and the last two weeks."""
    del day
    work, today = web.work, web.work.today()
    batches, days = [row for row in stock(work) if row["left"]], queries.latest_days(work, today)
    return web.render(
        "fridge.html",
        fridges=queries.fridges(work),
        today=today,
        readings=queries.readings_of(work, today),
        missing=queries.missing(work, today),
        keeps=queries.keeps_vaccine(work, today),
        days=days,
        lacking={day: queries.missing(work, date.fromisoformat(day)) for day in days},
        batches=batches,
        held=[row for row in batches if row["held"]],
        mistaken=mistaken(work),
        is_cold=is_cold,
    )

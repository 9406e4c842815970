"""The day's sheet: figures, batches, people and what needed review, as its workbook and paper show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from services.appointments.closing import queries
from services.appointments.closing.points import Day
from services.appointments.closing.queries import Figures, Visitor, clock
from services.appointments.closing.review import Item
from services.appointments.fridge.queries import Reading, readings_of
from services.appointments.stock.accounts import DayOfBatch
from services.appointments.stock.queries import StockedBatch, is_usable, stock
from services.appointments.syringes.queries import ledger
from shared.kit.dates import day_text, moment_text
from shared.kit.language import Text, listed, t
from shared.town.contracts.fridges import is_cold
from shared.town.terms.visits import (
    APPOINTMENTS,
    BATCH_STATUSES,
    CLOSING_POINTS,
    REVIEWED,
    WASTE_REASONS,
)
from shared.town.web.pages import named
from shared.town.web.telling import dose_text
from shared.town.work import Work

WHAT = Text("当天汇总", "day sheet")
FIGURES = (
    ("booked", Text("预约（人）", "booked")),
    ("came", Text("来了（人）", "came")),
    ("first", Text("第一剂", "first doses")),
    ("second", Text("第二剂", "second doses")),
    ("not_come", Text("未到", "not come")),
    ("expected", Text("没来又没有登记未到", "expected, not recorded as no-shows")),
    ("deferred", Text("推迟接种（本接种点所知）", "deferred, as this site knows")),
    ("contraindicated", Text("不宜接种（本接种点所知）", "contraindicated, as this site knows")),
    ("reactions", Text("当天登记的不良反应", "reactions recorded")),
    ("wasted", Text("损耗（剂）", "doses wasted")),
    ("floor", Text("每日最低剂次", "daily minimum of doses")),
)
HOURS = (
    Text("时", "Hour"),
    Text("签到", "Came"),
    Text("第一剂", "First doses"),
    Text("第二剂", "Second doses"),
)
DESKS = (
    Text("台号", "Desk"),
    Text("接种人员", "Vaccinator"),
    Text("第一剂", "First doses"),
    Text("第二剂", "Second doses"),
)
BATCHES = (
    Text("批号", "Batch"),
    Text("疫苗", "Vaccine"),
    Text("早上剩余", "Left before"),
    Text("收到", "Received"),
    Text("接种", "Used"),
    *(Text(f"损耗：{each.zh}", f"Wasted: {each.en}") for each in WASTE_REASONS.values()),
    Text("调出", "Sent on"),
    Text("盘点更正", "Corrected by counts"),
    Text("晚上剩余", "Left after"),
    Text("收工后实有", "Counted"),
    Text("与账面相差", "Difference"),
    Text("说明", "Explanation"),
    Text("现在的状态", "Status now"),
)
READINGS = (
    Text("冰箱", "Refrigerator"),
    Text("时间", "At"),
    Text("温度（℃）", "°C"),
    Text("谁", "By"),
    Text("说明", "Note"),
)
SYRINGES = (
    Text("注射器（到现在为止）", "Syringes, so far"),
    Text("支", "Number"),
)
LEDGER = (
    ("received", Text("收到", "received")),
    ("used", Text("使用", "used")),
    ("wasted", Text("损坏", "spoilt")),
    ("lost", Text("盘亏", "not found in counts")),
    ("left", Text("剩余", "left")),
)
PEOPLE = (
    Text("号码", "Number"),
    Text("时段", "Slot"),
    Text("姓名", "Name"),
    Text("单位", "Unit"),
    Text("状态", "Status"),
    Text("剂次", "Dose"),
    Text("疫苗", "Vaccine"),
    Text("批号", "Batch"),
    Text("接种人员", "Vaccinator"),
    Text("台号", "Desk"),
    Text("签到", "Checked in"),
    Text("接种", "Vaccinated"),
    Text("留观结束", "Observation ended"),
)
REVIEW = (
    Text("核查项", "What needs review"),
    Text("姓名", "Name"),
    Text("内容", "What it is"),
    Text("核查结果", "What was found"),
    Text("谁", "By"),
    Text("时间", "At"),
)
CLOSINGS = (
    Text("结束或重新开放", "Closed or opened again"),
    Text("谁", "By"),
    Text("时间", "At"),
    Text("没有了结的", "Left open"),
    Text("原因", "Why"),
)

Row = Sequence[str | int]


class Table(NamedTuple):
    """A table of the sheet: what its columns are called, and its rows."""

    head: Sequence[Text]
    rows: Iterable[Row]


class Part(NamedTuple):
    """A part of the sheet: its tables below each other."""

    name: str
    tables: Sequence[Table]


def parts(work: Work, day: Day, names: Mapping[str, str]) -> list[Part]:
    """Return a day as it stands, in the language that is spoken; `names` by residents."""
    site = named(work.campaign.site(work.site))
    title = (Text(site, site), Text(day_text(day.day), day_text(day.day)))
    hours, desks = queries.by_hour(work, day.people), queries.by_desk(day.people)
    by_hour = ((f"{each.hour:02}:00", *each[1:]) for each in hours)
    figures = Table(title, _figures(day.figures)), Table(HOURS, by_hour), Table(DESKS, desks)
    people = map(partial(_visitor, work, names), day.people)
    now = {each["batch"]: _status(each, work.today()) for each in stock(work)}
    batches = (_batch(work, each, now[each.batch]) for each in day.batches)
    cold = Table(READINGS, map(_reading, readings_of(work, day.day)))
    review = Table(REVIEW, (_reviewed(each, names) for each in day.review))
    said = Table(CLOSINGS, map(_said, queries.history(work, day.day)))
    return [
        Part(t("当天", "The day"), figures),
        Part(t("批次", "Batches"), [Table(BATCHES, batches)]),
        Part(t("冰箱和注射器", "Cold and syringes"), [cold, Table(SYRINGES, _syringes(work))]),
        Part(t("人员", "People"), [Table(PEOPLE, people)]),
        Part(t("核查和结束", "Review and closing"), [review, said]),
    ]


def _figures(figures: Figures) -> Iterable[Row]:
    for name, called in FIGURES:
        yield str(called), int(figures[name])  # type: ignore[literal-required]
    reached = t("达到", "reached") if figures["floor_reached"] else t("没有达到", "not reached")
    yield t("每日最低", "daily minimum"), reached


def _status(batch: StockedBatch, today: date) -> str:
    """The code of how it is with a batch now."""
    if batch["recalled"] is not None:
        return "recalled"
    if batch["held"]:
        return "held"
    if not batch["left"]:
        return "empty"
    return "usable" if is_usable(batch, today) else "expired"


def _reading(each: Reading) -> Row:
    if each["withdrawn"] is not None:
        note = t("已撤回：{why}", "withdrawn: {why}", why=each["withdrawn"])
    else:
        note = "" if is_cold(each["celsius"]) else t("超出 2–8 ℃", "out of 2–8 °C")
    return (each["fridge"], each["read_at"][-5:], f"{each['celsius']:g}", each["actor"], note)


def _syringes(work: Work) -> Iterable[Row]:
    told = ledger(work)
    for name, called in LEDGER if told["kept"] else ():
        yield str(called), int(told[name])  # type: ignore[literal-required]


def _batch(work: Work, batch: DayOfBatch, status: str) -> Row:
    count = batch.last_count
    return (
        batch.batch,
        named(work.campaign.product(batch.product)),
        batch.before,
        batch.received,
        batch.used,
        *(batch.wasted.get(reason, 0) for reason in WASTE_REASONS),
        batch.sent,
        batch.corrected,
        batch.after,
        count.counted if count else t("没有盘点", "not counted"),
        count.difference if count else "",
        count.why if count else "",
        str(BATCH_STATUSES[status]),
    )


def _visitor(work: Work, names: Mapping[str, str], who: Visitor) -> Row:
    return (
        who["number"] or "",
        who["time"],
        names[who["resident"]],
        named(work.campaign.unit(who["unit"])),
        str(APPOINTMENTS[who["status"]]),
        dose_text(who["dose"]),
        named(work.campaign.product(who["product"])) if who["product"] else "",
        who["batch"] or "",
        who["vaccinator"] or "",
        who["desk"] or "",
        clock(work, who["came_at"]),
        clock(work, who["given_at"]),
        clock(work, who["left_at"]),
    )


def _reviewed(item: Item, names: Mapping[str, str]) -> Row:
    name = names[item["resident"]] if item["resident"] else ""
    at = moment_text(item["at"]) if item["at"] else ""
    note = item["note"] or t("没有看过", "not looked at")
    return (str(REVIEWED[item["kind"]]), name, item["what"], note, item["by"] or "", at)


def _said(said: queries.Said) -> Row:
    what = t("结束", "closed") if said.closed else t("重新开放", "opened again")
    left = listed(str(CLOSING_POINTS[code]) for code in said.open)
    return (what, said.by, moment_text(said.at), left, said.why)

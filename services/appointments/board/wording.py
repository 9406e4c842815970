"""One status, one colour, one reason, one next step for every person on a site's pages."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from services.appointments.board.queries import Person, Screened
from services.appointments.courses.views import Appointment

STATUSES: dict[str, tuple[str, str, str]] = {
    "booked": ("已预约", "booked", "due"),
    "waiting": ("已签到，待接种", "waiting", "waiting"),
    "vaccinated": ("留观中", "in observation", "later"),
    "done": ("已完成", "done", "done"),
    "no_show": ("未到", "did not come", "bad"),
    "cancelled": ("已取消", "cancelled", "no"),
}
# What the cancel form offers.
REASONS: dict[str, tuple[str, str]] = {
    "by_resident": ("本人要求", "asked by the resident"),
    "session_closed": ("场次取消", "session closed"),
    "other": ("其他", "other"),
}
CANCELLED: dict[str, str] = {code: f"{zh} {en}" for code, (zh, en) in REASONS.items()} | {
    "merged": "两条登记合并为一人 two records of one person",
    "deferred": "筛查暂缓 deferred by screening",
    "contraindicated": "禁忌 contraindicated",
    "declined": "本人谢绝 declined",
    "redocked": "单位改往其他接种点 the unit goes to another site",
}
SITE_REASONS = (*REASONS, "merged", "declined", "redocked")
FINDINGS: dict[str, str] = {
    "fever": "发热 fever",
    "acute_illness": "急性疾病 acute illness",
    "chronic_illness_acute_phase": "慢性病急性期 chronic illness, acute phase",
    "pregnancy": "怀孕 pregnancy",
    "under_age": "未满 18 岁 under age",
}


def is_cleared(row: Screened, today: date) -> bool:
    """Whether screening has cleared somebody for today."""
    return row["screening"] == "cleared" and (row["until"] or "") >= today.isoformat()


class Status(TypedDict):
    """One status in both languages, one colour, one reason."""

    zh: str
    en: str
    colour: str
    reason: str


def status_of(row: Appointment, person: Screened, today: date) -> Status:
    """Status, colour and reason of one appointment of somebody who was screened so."""
    zh, en, colour = STATUSES[row["status"]]
    reason = CANCELLED.get(row["reason"] or "", "")
    if row["status"] in ("done", "no_show") or row["reason"] in SITE_REASONS:
        pass
    elif person["screening"] == "contraindicated":
        reason = "禁忌 contraindicated"
    elif person["screening"] == "deferred":
        found = [FINDINGS.get(code, code) for code in str(person["reasons"]).split(",")]
        reason = f"暂缓到 deferred until {person['until']} · {'、'.join(found)}"
    elif row["status"] == "waiting":
        reason = "筛查通过 cleared" if is_cleared(person, today) else "待筛查 to be screened"
    return {"zh": zh, "en": en, "colour": colour, "reason": reason}


def next_step(known: Person, today: date) -> str:
    """The one thing to do next for a resident: a name the resident page knows."""
    by_status = {row["status"]: row for row in known["appointments"]}
    if "vaccinated" in by_status:
        return "end_observation"
    if known["screening"] == "contraindicated":
        return "stop"
    if "waiting" in by_status:
        return "give_dose" if is_cleared(known, today) else "screen"
    if known["status"] == "complete":
        return "complete"
    booked = by_status.get("booked")
    if booked is None and known["identity"] == "":
        return "erased"
    if booked is None:
        return "book" if known["answer"] == "consented" else "consent"
    first = min(
        (r for r in known["appointments"] if r["status"] == "booked"), key=lambda r: r["dose"]
    )
    return "check_in" if first["day"] == today.isoformat() else "come_later"

"""What is asked before doses are taken in, and told of doses that came or went."""

from __future__ import annotations

from datetime import date, timedelta

from services.appointments.domain.batch import Batch
from services.appointments.stock import commands, queries
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body
from shared.town.web.web import Web

RECEIVED = Text("到货已登记。", "The batch is recorded.")
ARRIVED = Text("调入已登记。", "The doses are in stock.")
SENT = Text("调出已登记。", "The doses are on their way.")
FAR = timedelta(days=5 * 365 + 1)
"""No vaccine keeps so long: an expiry beyond is asked about."""


def taking_in(web: Web, body: Body) -> Question | None:
    """Ask whether it is another delivery, not the batch that it looks like, and of that expiry."""
    work, batch = web.work, body["batch"]
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is not None:
        way = ("arrived", body["from_site"]) if "from_site" in body else ("received", "")
        if stocked.already(*way, body["note"]) is not None:
            return None
        says = t(
            "批号 {batch} 已经到过 {n} 剂。这次的 {more} 剂是另一次到货吗？",
            "{n} doses of batch {batch} have come already. Are these {more} another delivery?",
            batch=batch,
            n=stocked.received,
            more=body["doses"],
        )
        return Question(says, t("是，加到这一批", "Yes, add them"), bound=batch)
    far = body["expiry"] > work.today() + FAR
    says = _far(body["expiry"]) if far else ""
    bound = f"{batch} {body['expiry']}"
    if body["different"] or (known := queries.alike(work, batch)) is None:
        right = t("有效期没有写错，登记", "The expiry is right; record it")
        return Question(says, right, bound=bound) if far else None
    says += t(
        "已有批号 {known}，填写的是 {batch}，很像。手里的是不是 {known}？是的话请返回改过来。",
        "Batch {known} is known, and {batch} looks like it. Is it {known} that you have? Then go back"
        " and mend it.",
        known=known,
        batch=batch,
    )
    another = t("不是，{batch} 是另一批", "No, {batch} is another", batch=batch)
    return Question(says, another, bound=f"{bound} {known}", adds=(("different", "true"),))


def _far(expiry: date) -> str:
    return t(
        "有效期至 {expiry}，离现在超过 5 年，请再看一次包装。",
        "The expiry {expiry} is more than five years ahead; look at the box again. ",
        expiry=expiry.isoformat(),
    )


def received(answer: commands.TakenIn) -> str:
    """Tell that a delivery is recorded, or was before, and whether it is held."""
    return _again(answer) or str(RECEIVED) + _warm(answer)


def arrived(answer: commands.TakenIn) -> str:
    """Tell that doses of another site are recorded, or were before, and whether they are held."""
    return _again(answer) or str(ARRIVED) + _warm(answer)


def sent(answer: commands.Noted) -> str:
    """Tell that doses are on their way, or were before."""
    return _again(answer) or str(SENT)


def _again(answer: commands.Noted) -> str:
    """Say that a note was recorded before, and nothing now; empty: it was not."""
    if answer["already"] is None:
        return ""
    return t(
        "单号 {note} 已登记过 {n} 剂，这次没有再记。",
        "Note {note} was recorded with {n} doses before; nothing was recorded now.",
        note=answer["note"],
        n=answer["already"],
    )


def _warm(answer: commands.TakenIn) -> str:
    if not answer["warm"]:
        return ""
    return t(
        "这一批在隔离：冰箱 {warm}，超出 2–8 ℃。",
        " The batch is in quarantine: refrigerator {warm}, out of 2–8 °C.",
        warm=answer["warm"],
    )

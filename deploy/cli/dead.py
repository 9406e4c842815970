"""What `vaxledger dead` does: dead letters listed, put back and dropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import requests
from rich.markup import escape
from rich.table import Table

from deploy.cli.operations import ask_status
from shared.kit.language import t
from shared.kit.messaging import dead_letters as letters
from shared.kit.messaging.dead_letters import EXCERPT_BYTES, Letter
from shared.kit.messaging.log_client import LogClient, UnreasonableAnswer
from shared.kit.service_tokens import LOG, OPERATOR
from shared.town.deployment import Deployment, UnknownPart

Reached = Callable[[str, str], int]
"""How far a part has followed a source: follower, source -> position."""


def listed(deployment: Deployment) -> dict[str, Any]:
    """List the dead letters: where each died, why, and whether its event is followed already."""
    reached = _reached(deployment)
    found = [] if deployment.embedded else letters.dead_letters(deployment.broker)
    return {"dead": [_shown(deployment, reached, letter) for letter in found]}


def replay(deployment: Deployment, number: str | None) -> dict[str, Any]:
    """Put one letter, or all, back into its queue; one whose queue is gone stays."""
    if deployment.embedded:
        return {"replayed": 0}
    chosen = partial(_is_chosen, number)
    return {"replayed": len(letters.replay(deployment.broker, chosen))}


def drop(deployment: Deployment, number: str | None, *, followed: bool) -> dict[str, Any]:
    """Remove one letter, or all whose events are followed already."""
    if deployment.embedded or (number is None and not followed):
        return {"dropped": 0}
    reached = _reached(deployment)

    def unwanted(letter: Letter) -> bool:
        return _is_chosen(number, letter) and (not followed or bool(_is_followed(reached, letter)))

    return {"dropped": len(letters.drop(deployment.broker, unwanted))}


def table(document: dict[str, Any]) -> Table:
    """Return the dead letters as a table."""
    shown = Table(title=t("死信：{n} 封", "Dead letters: {n}", n=len(document["dead"])))
    for heading in (
        t("编号", "Id"),
        t("队列", "Queue"),
        t("位置", "Position"),
        t("已跟上", "Followed"),
    ):
        shown.add_column(heading, no_wrap=True)
    for heading in (t("原因", "Why"), t("消息", "Message"), t("开头", "Excerpt")):
        shown.add_column(heading)
    said = {True: t("是", "yes"), False: t("否", "no"), None: ""}
    for letter in document["dead"]:
        shown.add_row(
            letter["id"],
            escape(letter["queue"]),
            str(letter["position"] or ""),
            said[letter["followed"]],
            *(escape(str(letter[key] or "")) for key in ("why", "message_id", "excerpt")),
        )
    return shown


def _is_chosen(number: str | None, letter: Letter) -> bool:
    return number in (None, letter.id)


def _shown(deployment: Deployment, reached: Reached, letter: Letter) -> dict[str, Any]:
    position, why = None, letter.reason
    try:
        event = letter.event()
    except ValueError as error:
        why = str(error)
    else:
        position = event.position
        why = _falsehood(deployment, letter, position) or letter.reason
    return {
        "id": letter.id,
        "queue": letter.queue,
        "position": position,
        "followed": _is_followed(reached, letter),
        "reason": letter.reason,
        "why": why,
        "message_id": letter.properties.message_id,
        "excerpt": letter.body[:EXCERPT_BYTES].decode(errors="replace"),
    }


def _falsehood(deployment: Deployment, letter: Letter, position: int) -> str | None:
    """Say what the source's log has instead; None if it has this event, or cannot be asked."""
    try:
        url = deployment.part(letter.source).url
        log = LogClient(url, deployment.asking(OPERATOR, letter.source, LOG))(position - 1, 1)
    except (requests.RequestException, UnreasonableAnswer, UnknownPart):
        return None
    if not log:
        return t(
            "{source} 的日志还不到 {position}",
            "the log of {source} ends before {position}",
            source=letter.source,
            position=position,
        )
    if log[0].body != letter.body:
        return t(
            "{source} 的日志在 {position} 处是别的内容",
            "the log of {source} has something else at {position}",
            source=letter.source,
            position=position,
        )
    return None


def _is_followed(reached: Reached, letter: Letter) -> bool | None:
    """Whether the part is past the letter's position; None: it has none."""
    try:
        return letter.event().position <= reached(letter.follower, letter.source)
    except ValueError:
        return None


def _reached(deployment: Deployment) -> Reached:
    @cache
    def positions(follower: str) -> dict[str, int]:
        answer = ask_status(deployment, follower)
        return {each["source"]: each["position"] for each in answer.get("follows", ())}

    return lambda follower, source: positions(follower).get(source, 0)

"""What pages and papers say of a card in words: its signs, their windows, what was added."""

from __future__ import annotations

from collections.abc import Iterator

from services.appointments.domain.reactions import moment
from services.appointments.reactions.queries import Card, FollowUp
from shared.kit.language import listed, t
from shared.town.contracts.reactions import OTHER, WINDOW_DAYS
from shared.town.terms import GROUPS
from shared.town.terms.reactions import REACTION_SIGNS

_CODED = {
    "severity": "severities",
    "outcome": "reaction_outcomes",
    "classified": "reaction_classes",
}


def signs_text(card: Card) -> str:
    """Say the signs of a card, another one in its words."""
    signs = [str(REACTION_SIGNS[code]) for code in card["signs"] if code != OTHER]
    return listed([*signs, card["other"]] if card["other"] else signs)


def outside_text(card: Card) -> str:
    """Say that a card's signs began outside their windows, and who decides; "" if none did."""
    if not card["outside"]:
        return ""
    late = [
        t("{sign}：{within}", "{sign}: {within}", sign=REACTION_SIGNS[sign], within=_within(sign))
        for sign in card["outside"]
    ]
    return t(
        "超出时限（{late}），可能为偶合症，由县级调查诊断",
        "outside the window ({late}): probably coincidental, the county decides",
        late=listed(late),
    )


def _within(sign: str) -> str:
    days = WINDOW_DAYS[sign]
    if days == 1:
        return t("24小时内", "24 hours")
    return t("{n}天内", "{n} days", n=days)


def follow_up_text(added: FollowUp) -> str:
    """Say what was added to a card."""
    return " · ".join(_added(added["told"]))


def _added(told: dict[str, object]) -> Iterator[str]:
    for field, group in _CODED.items():
        if field in told:
            yield str(GROUPS[group][str(told[field])])
    for field in ("diagnosis", "course"):
        if field in told:
            yield str(told[field])
    if "ended" in told:
        yield t("结束于{when}", "ended {when}", when=moment(str(told["ended"])))
    if told.get("admitted"):
        yield t("住院", "admitted")
    if told.get("concern"):
        yield t("社会高度关注", "great public concern")

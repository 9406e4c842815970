"""`vaxledger follow`: what a source that was set back lacks, and letting it count from there on."""

from __future__ import annotations

from typing import Any

import requests
from rich.table import Table

from deploy.cli.operations import ask, post
from shared.kit.language import listed, t
from shared.town.deployment import Deployment

SECONDS = 120


def standing(deployment: Deployment, source: str) -> dict[str, Any]:
    """Return what accepting a source as it is now would mean."""
    deployment.part(source)
    path = "/histories"
    return ask(deployment, "supervision", path, {"source": source}, seconds=SECONDS)


def accept(deployment: Deployment, shown: dict[str, Any], reason: str) -> dict[str, Any]:
    """Let a source count as it was `shown`; return what was accepted, and who has not heard yet.

    The parts hear it from supervision. Where that was set back itself they cannot, and are told.
    """
    said = {name: shown[name] for name in ("source", "generation", "fork", "after", "link")}
    done = post(deployment, "supervision", "/histories", said | {"reason": reason}, seconds=SECONDS)
    unheard: list[str] = []
    for part in done["rebuilt"] if said["source"] == "supervision" else ():
        try:
            post(deployment, part, "/held/accept", said)
        except requests.RequestException:
            unheard.append(part)
    return done | {"unheard": unheard}


def table(shown: dict[str, Any]) -> Table:
    """Return what accepting would mean, as a table."""
    found = Table(
        title=t("{source}：第 {generation} 代", "{source}: generation {generation}", **shown),
        show_header=False,
    )
    unknown = t("只知数目", "known by number only")
    lost = [
        f"{unknown if name == '?' else name}: {count}"
        for name, count in sorted(shown["lost"].items())
    ]
    if not shown["lost"]:
        found.add_row(t("没有倒退", "Was not set back"), t("无需认可", "nothing is to be accepted"))
        return found
    found.add_row(t("共同到", "Common up to"), str(shown["fork"]))
    found.add_row(t("不再计入", "Not to count any more"), "\n".join(lost) or t("无", "none"))
    found.add_row(t("代之以", "New instead"), str(shown["new"]))
    found.add_row(t("重建视图", "Make their views anew"), listed(shown["rebuilt"]))
    return found


def closing(done: dict[str, Any]) -> str:
    """Return in words what was done, and what is left to do."""
    if not done["unheard"]:
        return t(
            "已认可，各部件自行重建。", "Accepted; the parts make their views anew by themselves."
        )
    return t(
        "已认可。{parts} 没有应答，起来后请再执行一次。",
        "Accepted. These did not answer, do it again once they are up: {parts}",
        parts=listed(done["unheard"]),
    )

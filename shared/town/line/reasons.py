"""Why nobody can be called: who waits for another desk, or for the station before, or is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from shared.kit.language import Listed, Text
from shared.town.mirrors.calls import InLine

FOR_DESK = Text("{n} 人等 {desk} 台", "{n} for desk {desk}")
BEFORE = Text("{n} 人还没有筛查通过", "{n} not cleared by screening yet")
PASSED = Text("过号 {n} 人", "{n} passed")
HELD = Text("暂离 {n} 人", "{n} stepped aside")
BACK = Text("{who}，人来了先恢复排队", "{who}; take them back in once they are here")
CALLED = Text("{n} 人已叫到别的台", "{n} called to other desks")
NOBODY = Text("没有人在等", "nobody waits")


def why_nobody(line: Sequence[InLine], before: int) -> list[Text]:
    """Return what is so of a line of whom nobody can be called here; `before`: not so far yet."""
    desks = Counter(each["for_desk"] or "" for each in line if each["state"] == "waiting")
    states = Counter(each["state"] for each in line)
    found = [FOR_DESK.format(n=n, desk=desk) for desk, n in sorted(desks.items())]
    if states["called"]:
        found.append(CALLED.format(n=states["called"]))
    if before:
        found.append(BEFORE.format(n=before))
    away = [(PASSED, states["passed"]), (HELD, states["held"])]
    if said := tuple(text.format(n=n) for text, n in away if n):
        found.append(BACK.format(who=Listed(said)))
    return found or [NOBODY]

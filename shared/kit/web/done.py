"""Done: what a command did, told on the page that follows it, with the way to take it back.

    @endpoints.command(
        "/api/books/<uuid:book>/loan",
        allow=to(CLERK),
        tells=Text("已借出", "Lent"),
        undo=lambda answer, book: Undo(f"/api/books/{book}/return"),
        about="book",
    )

The page's address carries it, signed for the session: nobody else can make a page say that something
was done, or offer a button. It stands in histories and logs, so no names and nothing that was typed;
what it was done to is told by its id, and the page says more of it to whoever may see that.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from shared.kit.language import Text

TOLD = "_told"
"""The parameter of a page that says what was done."""

MOST_UNDO_SECONDS = 600
"""So long an undo is offered: a page that was left open or is shown again later only tells."""


class Undo(NamedTuple):
    """The command that takes another back: its address and its fields."""

    address: str
    fields: Mapping[str, str] = {}


class Done(NamedTuple):
    """What was done, in words, what takes it back, and the id of what it was done to."""

    says: str
    undo: Undo | None = None
    about: str = ""


Tells = Text | Callable[..., str]
"""What the banner says; a function gets the command's answer."""

Undoes = Callable[..., Undo | None]
"""Gets the answer, the body if one is declared, and what the address names; None: nothing to undo."""

Sign = Callable[[str], str]


SAME = Text("没有变化：此前已经是这样。", "Nothing was changed: it was so before.")
"""What is told of a command that found all as it wanted it."""


def if_new(said: Text) -> Callable[[Mapping[str, Any]], str]:
    """Tell it of an answer that says it `told` something new; else, that nothing was changed."""
    return lambda answer: str(said if answer["told"] else SAME)


def noted(done: Done, sign: Sign, now: datetime) -> str:
    """Return what a page's address carries, so that the page tells it: when, what, and a signature."""
    said = [done.says, done.about, *(done.undo or ())]
    text = base64.urlsafe_b64encode(json.dumps(said, ensure_ascii=False).encode()).decode()
    note = f"{int(now.timestamp())}.{text}"
    return f"{note}.{sign(note)}"


def told(page: str, sign: Sign, now: datetime) -> Done | None:
    """Return what the address of a page tells; None: nothing, or it was not said to this session."""
    second, _, rest = parse_qs(page.partition("?")[2]).get(TOLD, [""])[0].partition(".")
    text, _, signature = rest.partition(".")
    if not text or not hmac.compare_digest(signature.encode(), sign(f"{second}.{text}").encode()):
        return None
    said: list[Any] = json.loads(base64.urlsafe_b64decode(text))
    says, about, *undo = said
    offered = undo and now.timestamp() - int(second) <= MOST_UNDO_SECONDS
    return Done(says, Undo(*undo) if offered else None, about)

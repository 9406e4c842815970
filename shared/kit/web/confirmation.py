"""Confirmation: what cannot be taken back is asked for first, in words.

    def closing(web: Web, shelf: str) -> Question | None:
        '''Say what clearing a shelf does; None: there is nothing to ask.'''
        books = queries.books_on(web.work, shelf)
        return Question(t("清空这层的 {n} 本书？", "Clear the {n} books?", n=books), t("清空", "Clear"))

    @endpoints.command("/api/shelves/<shelf>/clear", allow=to(CLERK), confirm=closing)

A page's form is asked inside the command's transaction, after its values were checked: nothing is
recorded before the answer. What comes back is bound to the words: once they would be others, because
a count has changed, the question is put again; unless it says itself to what it is bound, because the
count changes all the time and decides nothing. Programs, which send JSON, are not asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from shared.kit.web.edge import Edge
from shared.kit.web.requests import fingerprint, is_form
from shared.kit.web.way_back import CAME_FROM, address_of, page_before

CONFIRMED = "_confirmed"
"""The field of a form that says which question was answered with yes."""


class Question(NamedTuple):
    """What will happen, and to whom; and what the button says that lets it.

    A yes is one to what was sent, and to `bound`, or else to these words. It sends the fields of
    `adds` too, so that the command knows what was said yes to. `final`: nothing takes it back.
    """

    says: str
    button: str
    bound: str = ""
    adds: tuple[tuple[str, str], ...] = ()
    final: bool = True


Ask = Callable[..., Question | None]
"""Gets what the endpoint's function gets; None: nothing is lost, there is nothing to ask."""


class Unconfirmed(Exception):
    """Nobody has said yes to this question, as it is now."""

    def __init__(self, question: Question, answer: str) -> None:
        super().__init__(question.says)
        self.question, self.answer = question, answer


def must_be_confirmed(
    request: Request, values: dict[str, Any], ask: Callable[[], Question | None]
) -> None:
    """Raise `Unconfirmed` unless a form says yes to what is asked now."""
    if not is_form(request) or (question := ask()) is None:
        return
    answer = hashlib.sha256(
        f"{fingerprint(request, values)} {question.bound or question}".encode()
    ).hexdigest()
    if request.form.get(CONFIRMED) != answer:
        raise Unconfirmed(question, answer)


def question_page(edge: Edge, request: Request, asked: Unconfirmed) -> Response:
    """Return the page that asks; its form is the one that was sent, with the answer."""
    came_from = page_before(request, edge.instance.address)
    again = f"{address_of(request)}?{urlencode({CAME_FROM: came_from})}"
    fields = [*_sent(request), *asked.question.adds, (CONFIRMED, asked.answer)]
    return edge.html(
        edge.render("confirm.html", question=asked.question, action=again, sent=fields)
    )


def _sent(request: Request) -> Iterator[tuple[str, str]]:
    return (each for each in request.form.items(multi=True) if each[0] != CONFIRMED)

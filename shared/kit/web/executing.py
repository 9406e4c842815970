"""Executing: a command done once, and what its form is answered with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.kit.eventstore import Context
from shared.kit.language import Text
from shared.kit.refusals import Refusal
from shared.kit.web.confirmation import Ask, Unconfirmed, must_be_confirmed, question_page
from shared.kit.web.done import Done, Tells, Undoes
from shared.kit.web.edge import Admitted, Edge
from shared.kit.web.requests import command_context, fingerprint, is_form
from shared.kit.web.responses import json_response
from shared.kit.web.way_back import BEFORE, local_address, telling, with_note

Then = str | Callable[..., str]
Refused = Callable[..., None]


class Call(NamedTuple):
    """An admitted request; `ask` the endpoint's function, which has edge and path already."""

    ask: Callable[..., Any]
    edge: Edge
    request: Request
    path: dict[str, Any]
    inside: Admitted


class Manner(NamedTuple):
    """How the form of a command is asked about, answered, told of and taken back.

    `about` names, of what the function gets, whom or what the command is about. `refused` gets what
    refused a command and what the function got, and may keep it in a transaction of its own.
    """

    confirm: Ask | None = None
    then: Then | None = None
    tells: Tells | None = None
    undo: Undoes | None = None
    leads_to: str | None = None
    about: str | None = None
    refused: Refused | None = None


def execute(call: Call, values: dict[str, Any], given: dict[str, Any], manner: Manner) -> Response:
    """Do a command exactly once; `given` are the keywords its function gets, of checked `values`."""
    edge, request = call.edge, call.request
    context = command_context(request, call.inside.actor)
    edge.check_context(context)
    told: Done | None = None

    def decided() -> Any:
        nonlocal told
        if manner.confirm is not None:
            ask = partial(manner.confirm, edge, **call.path, **given)
            must_be_confirmed(request, values, ask)
        with edge.deciding():
            answer = call.ask(**given)
        # Inside of the transaction: what cannot be told was not done.
        if manner.tells is not None and is_form(request):
            told = _done(manner, manner.tells, answer, given | call.path)
        return answer

    try:
        answer, before = edge.work.store.execute(context, fingerprint(request, values), decided)
    except Unconfirmed as asked:
        return question_page(edge, request, asked)
    except Refusal as why:
        if manner.refused is not None:
            once = Context.once(call.inside.actor)
            with edge.work.store.transaction(once, shared=True), edge.deciding():
                manner.refused(edge, why, **call.path, **given)
        raise
    if not is_form(request):
        headers = {"Idempotency-Replayed": "true"} if before else None
        return json_response(answer, headers=headers)
    if isinstance(manner.then, str):
        return edge.html(edge.render(manner.then, answer=answer, **call.path))
    if manner.then is not None:
        return edge.html(manner.then(edge, answer, **call.path))
    leads_to = manner.leads_to
    wanted = leads_to.format(**answer) if leads_to else request.form.get("_next", "/")
    address = local_address(wanted)
    if before:
        address = with_note(address, BEFORE, before)
    elif told is not None:
        address = telling(address, told, edge.signature, edge.work.now())
    return redirect(address, 303)


def _done(manner: Manner, tells: Tells, answer: Any, given: dict[str, Any]) -> Done:
    says = str(tells) if isinstance(tells, Text) else tells(answer)
    about = str(given[manner.about]) if manner.about else ""
    return Done(says, manner.undo(answer, **given) if manner.undo else None, about)

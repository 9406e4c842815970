"""Found page: whoever a name or number means, for a reason or by whoever may see names."""

from __future__ import annotations

from services.supervision.domain.refusals import NameForAReason
from services.supervision.people import queries
from shared.town import request_context
from shared.town.web.finding import people_found
from shared.town.web.web import Web


def found_page(web: Web, typed: str, reason: str, leads_to: str) -> str:
    """List whom a text means; also of one alone the name is shown, so that it is a look.

    `leads_to`: where each leads, the id at its end. Raises `NameForAReason`, `SearchAway`.
    """
    if (asked := request_context.current()) is not None:
        asked.reason = reason or None
        if not asked.opens_identities:
            raise NameForAReason
    ids, more = people_found(web, typed)
    people = queries.named(web.work, ids)
    return web.render(
        "people_found.html", people=people, more=more, q=typed, reason=reason, leads_to=leads_to
    )


def needs_a_reason() -> bool:
    """Tell whether whoever asks sees names for a reason only."""
    asked = request_context.current()
    return asked is not None and not asked.opens_identities

"""Identity: whether the slip or card that was scanned is that of the person on the page (B12, E2)."""

from __future__ import annotations

import unicodedata

from services.appointments.courses.queries import Known
from services.appointments.domain.refusals import OtherPerson
from shared.town.mirrors.residents import name_of
from shared.town.web.finding import scanned
from shared.town.work import Work

SHOWN_DIGITS = 4
"""So much of a document's number tells two people at a desk apart."""


def card_number(work: Work, known: Known) -> str:
    """Return the number of somebody's document, noted as a look; "": it cannot be read here."""
    who = known["resident"]
    opened = work.privacy.read_all([(who, known["identity"])], ("card_number",))[who]
    return str((opened or {}).get("card_number") or "")


def must_be(work: Work, known: Known, shown: str) -> None:
    """Compare a scanned slip or a document's number with a person. Raises `OtherPerson`."""
    slip = scanned(shown)
    if slip is not None:
        same = slip in known["records"]
    else:
        number = _plain(card_number(work, known))
        same = bool(number) and _plain(shown) == number
    if not same:
        raise OtherPerson(name=name_of(work, known))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()

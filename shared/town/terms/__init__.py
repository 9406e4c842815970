"""Terms: every code once, with its Chinese and English, for every page, message and document.

`GROUPS` are all groups by the names templates call them by: `{{ code|term("findings") }}`.
"""

from __future__ import annotations

from shared.town.terms import (
    contacts,
    events,
    fridges,
    inputs,
    notices,
    reactions,
    residents,
    rosters,
    screening,
    staff,
    visits,
)
from shared.town.terms.term import Terms

GROUPS: dict[str, Terms] = {
    name.lower(): group
    for subject in (
        screening,
        residents,
        rosters,
        contacts,
        notices,
        visits,
        reactions,
        fridges,
        staff,
        events,
        inputs,
    )
    for name, group in vars(subject).items()
    if name.isupper()
}

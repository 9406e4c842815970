"""Who may use registration's entry points."""

from shared.town.access import to
from shared.town.access.roles import CAMPAIGN, OF_UNITS, OFFICE, OVERSIGHT, UNIT_CHIEF

ANYBODY = to(*CAMPAIGN)
OFFICE_ONLY = to(OFFICE)
CADRE = to(*OF_UNITS)
CADRES = to(*OF_UNITS, OFFICE, *OVERSIGHT)
CHIEF = to(UNIT_CHIEF, OFFICE, at="unit")
UNIT = to(*OF_UNITS, OFFICE, at="unit")
UNIT_OR_OVERSIGHT = to(*OF_UNITS, OFFICE, *OVERSIGHT, at="unit")
RESIDENT = to(*OF_UNITS, OFFICE, at="resident")
RESIDENT_CHIEF = to(UNIT_CHIEF, OFFICE, at="resident")
RESIDENT_OR_OVERSIGHT = to(*OF_UNITS, OFFICE, *OVERSIGHT, at="resident")
# Who tells residents something, and who may see what became of it.
TELLERS = to(UNIT_CHIEF, OFFICE)
NOTICES = to(UNIT_CHIEF, OFFICE, *OVERSIGHT)
# Chiefs decide of records that are both in their units: the gate checks the first of the
# address, the entry point the other one.
PAIRS = to(UNIT_CHIEF, OFFICE)
PAIR = to(UNIT_CHIEF, OFFICE, at="resident")
# Whoever sees identities of units; which units, the search itself minds.
SEARCHER = to(*OF_UNITS, OFFICE)

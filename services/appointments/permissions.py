"""Who may use a site's endpoints."""

from shared.town.access import to
from shared.town.access.roles import (
    CAMPAIGN,
    OF_SITES,
    OF_UNITS,
    OFFICE,
    OVERSIGHT,
    SITE_LEADER,
    SITE_STAFF,
)

ANYBODY = to(*CAMPAIGN)
LEADER = to(SITE_LEADER, at="part")
LEADER_OR_OFFICE = to(SITE_LEADER, OFFICE, at="part")
RECIPIENTS = to(SITE_LEADER, OFFICE, *OVERSIGHT, at="part")
STAFF = to(SITE_STAFF, SITE_LEADER, at="part")
SITE_STAFFED = to(*OF_SITES, at="part")
SITE_TEAM = to(*OF_SITES, OFFICE, *OVERSIGHT, at="part")
# A cadre books for the own people; the body names them, so the place is checked in the endpoint.
BOOKING = to(*OF_UNITS, SITE_STAFF, SITE_LEADER, OFFICE)
RESIDENT_BOOKING = to(*OF_UNITS, SITE_STAFF, SITE_LEADER, OFFICE, at="resident")
# A unit's people, for whoever sends them or receives them.
UNIT_PLAN = to(*OF_UNITS, *OF_SITES, OFFICE, *OVERSIGHT, at="unit")
VISIT = to(SITE_STAFF, SITE_LEADER, at="resident")
COURSE = to(*OF_UNITS, *OF_SITES, OFFICE, *OVERSIGHT, at="resident")
COURSE_PAGE = to(*OF_SITES, OFFICE, *OVERSIGHT, at="resident")

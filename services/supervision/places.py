"""Where supervision's endpoints are: none is at a resident or a unit, whose places others know."""

from shared.town.places import Places

PLACES = Places()

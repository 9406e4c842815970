"""Reporting is asked about no resident: nothing is let in by where somebody lives."""

from shared.town.places import Places

PLACES = Places()

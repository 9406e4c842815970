"""Residents: who is on a unit's list, what they answered, and how each of them stands."""

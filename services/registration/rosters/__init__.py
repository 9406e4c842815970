"""Rosters: a unit's list is imported as a job: taken in, read, worked on, all or nothing (R21)."""

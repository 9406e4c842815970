"""Rehearsal: an invented town of any size that goes through the whole campaign."""

from deploy.rehearsal.person import Person, Town
from deploy.rehearsal.rosters import write_rosters
from deploy.rehearsal.town import generate_town

__all__ = ["Person", "Town", "generate_town", "write_rosters"]

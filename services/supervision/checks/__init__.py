"""Checks: what does not add up, flagged once for people to look at."""

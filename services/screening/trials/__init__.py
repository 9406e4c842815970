"""Trials: a version of the rules as people read it, and tried on everything answered so far."""

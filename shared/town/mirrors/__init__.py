"""Mirrors: what other services say, kept in a follower's own views - tables, effects, questions."""

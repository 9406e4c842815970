"""Tallies: how many people of each unit and cohort stand where, counted as events come."""

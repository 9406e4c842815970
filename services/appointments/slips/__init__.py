"""Slips: what a person takes along on paper - the number of the day, and the dose that was given."""

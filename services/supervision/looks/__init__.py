"""Looks: who was shown whom, by which part, on which page and why."""

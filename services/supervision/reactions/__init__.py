"""Reactions of all sites: their clocks, and what is alike in several (AEFI)."""

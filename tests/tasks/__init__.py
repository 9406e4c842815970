"""Everyday tasks of each role in a real browser: what they cost in clicks, keys and pages."""

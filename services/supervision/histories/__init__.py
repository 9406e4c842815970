"""Histories: what a source that was set back has lost, and letting it count from there on."""

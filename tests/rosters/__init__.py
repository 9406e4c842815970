"""Rosters as villages send them, generated: whatever is wrong with them was planted."""

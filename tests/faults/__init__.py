"""Faults of every kind, injected into a real cluster under load, and what they cost: `make faults`."""

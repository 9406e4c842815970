"""Simulation: a small town, its stores and its broker in one thread, and one seed decides what fails."""

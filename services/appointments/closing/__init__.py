"""Closing: what a day leaves open, who closed it, and the day on one sheet."""

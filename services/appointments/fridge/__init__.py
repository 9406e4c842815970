"""Fridge: temperatures of the site's refrigerators, read twice a day."""

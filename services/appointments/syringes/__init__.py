"""Syringes: received, used one a dose, thrown away, counted, and whether they will do."""

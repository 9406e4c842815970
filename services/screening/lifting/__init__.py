"""Lifting: a clearance withdrawn, a deferral ended, a contraindication lifted by two."""

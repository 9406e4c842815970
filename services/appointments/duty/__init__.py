"""Duty: who of the site's staff works today, at which post and desk."""

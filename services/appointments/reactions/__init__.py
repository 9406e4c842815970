"""Reactions: what happened to somebody after a dose (AEFI)."""

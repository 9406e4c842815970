"""Desk: one resident's screening, a clearance taken back."""

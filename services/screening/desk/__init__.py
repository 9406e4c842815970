"""Desk: the queue of residents, one resident's screening, a clearance taken back."""

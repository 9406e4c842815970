"""Dispatch: people of a crowded site sent on to another one, and asked back (R17)."""

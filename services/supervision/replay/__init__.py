"""Replay: what the ledger says of a resident or a unit as of any day, and of a week's figures.

Written without looking at the other services' views, nor at the mirrors of what they say.
"""

"""Reading what villages send: any file, any mess, every row accounted for (R21)."""

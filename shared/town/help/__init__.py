"""Help: the first day of each role, and the rules behind the figures, in every part."""

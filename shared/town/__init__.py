"""Town: what the five services of a vaccination campaign share, on top of the kit."""

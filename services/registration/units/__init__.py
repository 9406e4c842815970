"""The campaign and its units: their targets, their officers, and the sites they are docked to."""

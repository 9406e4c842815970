"""Overview: the pages of the town, of a unit and of a resident, which show what every room knows."""

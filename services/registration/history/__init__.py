"""History: what happened to each resident, here and at other teams."""

"""Finding residents although identities are sealed, and who is likely registered twice."""

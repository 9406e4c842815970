"""Search: residents are found although their identities are sealed, and who is likely one of them."""

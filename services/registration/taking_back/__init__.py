"""Taking back: an import as a whole, or a person entered by hand, as if never on the list."""

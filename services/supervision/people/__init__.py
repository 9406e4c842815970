"""People: residents found by name or number, by whoever may see names or says what for."""

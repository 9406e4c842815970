"""Kit: what any event-sourced service stands on. It knows no resident, unit or site."""

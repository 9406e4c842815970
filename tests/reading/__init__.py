"""How much pages read: what they show, never whole tables."""

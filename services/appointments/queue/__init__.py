"""Queue: who waits for the dose, and is called by number; how the site's day is spread over its stations."""

"""Queue: who waits to be screened at which site, and is called by number."""

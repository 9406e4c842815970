"""On site: who is where just now, how fast it goes, and when the day's doses are reached."""

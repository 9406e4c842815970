"""Running on one machine: processes of parts and relays, private servers."""

"""Floors under the services: `kit` (any event-sourced service) and `town` (this campaign)."""

"""Dockings: units change to another site, and their people's bookings follow (R15)."""

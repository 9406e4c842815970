"""Bookings: doses booked, moved and cancelled, each with the place it holds."""

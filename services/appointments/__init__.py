"""Appointments: one site's stock, sessions, bookings, visits and doses."""

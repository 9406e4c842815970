"""Visits: checked in, vaccinated, observed, or not come."""

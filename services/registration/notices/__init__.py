"""Notices: messages to residents, decided one by one at the moment of sending (R19)."""

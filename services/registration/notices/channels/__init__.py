"""Channels by which residents are told something: mail, an HTTP gateway, a file."""

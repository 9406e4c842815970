"""Signing in: passwords and codes, an identity provider, sessions, and the keys that sign tokens."""

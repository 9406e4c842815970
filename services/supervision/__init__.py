"""Supervision: one ledger of everything that happened, and whether the reports agree with it."""

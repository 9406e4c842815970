"""Audit: every published report against its replay, field by field, and the ledger itself."""

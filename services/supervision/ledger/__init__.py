"""Ledger: every event of every source, once, in order, chained by hashes; and its checkpoints."""

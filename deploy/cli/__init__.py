"""The `vaxledger` command: what an operator types, and what it prints."""

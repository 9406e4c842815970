"""Staff: accounts, and what is granted to them where."""

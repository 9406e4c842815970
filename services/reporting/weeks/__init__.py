"""Weeks: the week's report, previewed while it runs, published once when it is over (R26)."""

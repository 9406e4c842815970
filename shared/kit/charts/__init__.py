"""Charts: drawn from one specification each, in a process beside the one that serves."""

"""Rules: the questions a screening asks, and the version of the plan's rules that judge them."""

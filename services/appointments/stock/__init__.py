"""Stock: batches received, wasted, recalled, and what is left of each."""

"""The screening rules as files: every version that was ever used, the newest judges."""

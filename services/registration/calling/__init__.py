"""Who is responsible for whom, and what residents answered (R16, R21, R24)."""

"""Plan: what a week was published to be, beside what is booked for it (R22)."""

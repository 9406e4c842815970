"""A roster is imported as a job: taken in, worked on, all or nothing (R21)."""

"""Mobilisation: who is responsible for whom, and what came of every call and visit (R16, R24)."""

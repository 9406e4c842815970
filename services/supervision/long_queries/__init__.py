"""Long queries: what must read much is answered by a process beside, while everybody else is served."""

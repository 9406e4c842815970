"""Cold chain: the page of the refrigerators, and batches in quarantine until somebody decides."""

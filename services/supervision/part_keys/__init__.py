"""Keys of the deployment's parts: published, so that everybody knows which one counts."""

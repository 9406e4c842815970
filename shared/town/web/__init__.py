"""The town over HTTP: the frame of every page, who is signed in, and what every part answers."""

"""Messaging: from each store to everybody who must know, once, in order, visibly."""

"""Erasure: who a resident is gets forgotten, by destroying keys, as far as the law allows."""

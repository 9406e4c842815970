"""Duplicates: records that may be of one person are decided by people; a merge can be undone."""

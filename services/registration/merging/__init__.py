"""Close matches are decided by people; a merge links two records and can be undone."""

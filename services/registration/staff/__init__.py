"""Staff: who works where and as what, as supervision says; names accounts by what they do."""

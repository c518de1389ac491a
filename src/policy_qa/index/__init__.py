"""Articles → a searchable index: generations of passages, vectors and term counts."""

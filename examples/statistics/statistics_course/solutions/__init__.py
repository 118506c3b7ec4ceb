"""What a right answer is: one plain, importable module per topic."""

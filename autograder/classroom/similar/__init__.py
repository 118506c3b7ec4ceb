"""Answers of a class that are alike: where somebody may want to look."""

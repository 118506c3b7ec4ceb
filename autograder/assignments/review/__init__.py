"""The assignment review: its sheet, checks, mistakes and right answers."""

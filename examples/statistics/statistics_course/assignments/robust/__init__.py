"""The assignment robust: its sheet, checks, mistakes and right answers."""

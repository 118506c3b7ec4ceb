"""The assignment optimisers: its sheet, checks, mistakes and right answers."""

"""The assignment gradient_clipping: its sheet, checks, mistakes and right answers."""

"""The assignment activations: its sheet, checks, mistakes and right answers."""

"""The assignment batch_normalisation: its sheet, checks, mistakes and right answers."""

"""The assignment initialisers: its sheet, checks, mistakes and right answers."""

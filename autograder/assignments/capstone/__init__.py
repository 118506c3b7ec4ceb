"""The assignment capstone: its sheet, checks, mistakes and right answers."""

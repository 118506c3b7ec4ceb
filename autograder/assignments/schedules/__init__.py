"""The assignment schedules: its sheet, checks, mistakes and right answers."""

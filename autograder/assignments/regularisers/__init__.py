"""The assignment regularisers: its sheet, checks, mistakes and right answers."""

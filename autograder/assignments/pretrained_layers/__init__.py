"""The assignment pretrained_layers: its sheet, checks, mistakes and right answers."""

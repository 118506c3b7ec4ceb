"""Named wrong answers that people really give, one module per assignment."""

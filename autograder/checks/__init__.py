"""What counts as right: one module of checks per assignment, and the tools they share."""

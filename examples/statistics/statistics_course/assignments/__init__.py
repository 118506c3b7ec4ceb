"""One folder for each assignment."""

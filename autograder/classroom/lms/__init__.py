"""What comes from a learning platform's download, and what goes back to it."""

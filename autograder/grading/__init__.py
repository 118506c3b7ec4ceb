"""From a submitted file to a mark in the gradebook."""

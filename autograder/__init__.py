"""Grades notebooks and plain files of exercises, trusting none of the code in them."""

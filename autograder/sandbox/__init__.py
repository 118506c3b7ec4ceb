"""Starts the process that students' code runs in, and proves that nothing gets out of it."""

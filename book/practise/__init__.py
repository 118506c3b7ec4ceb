"""Practising in the page: what is fetched for it, what a site is given, and what runs there."""

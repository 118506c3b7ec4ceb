"""The course's book: MyST pages and the small helper package they import."""

"""A Django project that knows nothing of this one but what its stack hands out."""

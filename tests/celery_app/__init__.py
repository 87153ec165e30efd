"""A Celery program that knows nothing of this project, and what it must be able to do."""

"""End to end: the real engine, real servers, a real Celery."""

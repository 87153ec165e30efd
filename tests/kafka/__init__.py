"""Real Celery on Kafka: what becomes of tasks whose worker is lost."""

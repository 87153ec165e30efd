"""A policy pack for Celery: rules by subject, and the engine that runs them."""

"""Real Celery over HTTP on servers with SQS's interface, and what it needs IAM to allow."""

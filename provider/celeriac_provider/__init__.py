"""A native Pulumi provider for what Celery runs on."""

__version__ = "0.1.0"

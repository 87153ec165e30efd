"""RabbitMQ, Redis and PostgreSQL for local use; these and others for the tests.

Unprivileged, on 127.0.0.1, on ports of their own.
"""

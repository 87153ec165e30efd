"""Kafka's resources on a real server."""

"""RabbitMQ's resources on real servers."""

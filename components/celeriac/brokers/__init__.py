"""Brokers: what one app owns on a server to send its tasks through."""

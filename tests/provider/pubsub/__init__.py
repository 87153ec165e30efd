"""Pub/Sub: the resources, on Google's own fake of it (pstest)."""

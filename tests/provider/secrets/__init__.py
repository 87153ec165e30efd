"""Secrets of the stack itself."""

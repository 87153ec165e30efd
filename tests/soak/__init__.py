"""Crashes, again and again: whatever is killed, the next run converges."""

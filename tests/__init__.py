"""The tests, and the harness they share."""

"""Redis' resources on real servers."""

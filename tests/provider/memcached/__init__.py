"""Results in memcached: what can be verified of its servers."""

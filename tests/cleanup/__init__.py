"""The command that deletes expired results in Elasticsearch."""

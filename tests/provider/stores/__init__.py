"""Ways into MongoDB and Elasticsearch that do not work, and the proof over servers of results."""

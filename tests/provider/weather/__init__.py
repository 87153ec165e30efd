"""Bad weather: lines that break, servers that restart or are full, doors that are wrong."""

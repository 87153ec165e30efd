"""PostgreSQL's resources on real servers."""

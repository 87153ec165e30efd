"""Stand-ins: programs that take the place of something a test cannot have."""

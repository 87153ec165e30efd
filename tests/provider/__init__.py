"""The provider's resources, each on its real server."""

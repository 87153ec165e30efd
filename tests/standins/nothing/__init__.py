"""A stand-in for any plugin, that makes nothing: for tests of policies. See README.md."""

"""A stand-in for Pulumi's Docker plugin, on a real Docker engine. See README.md."""

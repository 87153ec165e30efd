"""A stand-in for Pulumi's AWS plugin: makes resources on a local moto server. NOT AWS."""

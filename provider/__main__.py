"""Starts the provider from this repository (`plugins: path` in Pulumi.yaml)."""

from celeriac_provider.__main__ import main

main()

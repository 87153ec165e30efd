"""Starts the policy pack: `pulumi preview --policy-pack policies`."""

from celeriac_policies.__main__ import main

main()

"""Servers on private networks: over a bastion, over AWS Systems Manager."""

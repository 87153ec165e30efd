"""Reach: forwardings to servers on private networks, over a bastion or AWS Systems Manager."""

"""Servers: what the platform team owns, and apps are put on."""

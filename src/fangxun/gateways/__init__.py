"""Pluggable out: gateways for SMS and voice."""

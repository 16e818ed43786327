"""Servers that behave like the vendors, and misbehave on request."""

"""Pluggable in: feeds of warnings and readings."""
